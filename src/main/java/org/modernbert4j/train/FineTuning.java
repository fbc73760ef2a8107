package org.modernbert4j.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.modernbert4j.InputException;
import org.modernbert4j.data.MissingValues;
import org.modernbert4j.freeze.Schedule;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.model.ModernBertConfig;

/**
 * A fine-tuning run: a checkpoint, labelled texts, and how the one learns from the others.
 *
 * @param model folder of the checkpoint
 * @param data CSV file, plain, gzipped or zipped
 * @param textColumn header of its texts
 * @param labelColumn header of its labels
 * @param head name of the head, one of {@link org.modernbert4j.model.Head#NAMES}
 * @param dropout of the head
 * @param trainable which parameters train, where no schedule says so
 * @param schedule name or file of a {@link Schedule}
 * @param training epochs, batches, learning rates, seed
 * @param maxLength tokens that a text is cut to, special ones included
 * @param excludedLabels labels whose texts are left out
 * @param sample share of the texts that is used, drawn with the data seed
 * @param limit most texts that are used, the first ones; empty for all
 * @param validation share of these that is kept for validation, stratified by label
 * @param dataSeed of the sample and the split; {@link TrainingOptions#seed} is that of the training
 * @param missing what happens to rows without text or label
 * @param output folder of the run, not there yet
 */
public record FineTuning(
        Path model,
        Path data,
        String textColumn,
        String labelColumn,
        String head,
        double dropout,
        Selector trainable,
        Optional<String> schedule,
        TrainingOptions training,
        int maxLength,
        Set<String> excludedLabels,
        double sample,
        OptionalInt limit,
        double validation,
        long dataSeed,
        MissingValues missing,
        Path output) {
    /** The checkpoint of the best epoch, in a run's folder. */
    public static final String BEST = "best";

    /** That of numpy, whose samples and splits are drawn. */
    private static final long LARGEST_SEED = 0xFFFF_FFFFL;

    private static final TrainingOptions DEFAULT_TRAINING =
            TrainingOptions.of(3, 16, ParameterRates.uniform(2e-5, 0.01), 42);

    /** Refuses shares and seeds outside their ranges and a limit below 1. */
    public FineTuning {
        requireShare("sample", sample, sample > 0 && sample <= 1, "above 0 and up to 1");
        requireShare("validation", validation, validation > 0 && validation < 1, "between 0 and 1");
        requireShare("dropout", dropout, dropout >= 0 && dropout < 1, "from 0 to below 1");
        if (limit.isPresent() && limit.getAsInt() < 1) {
            throw new InputException("limit " + limit.getAsInt() + " is out of range; use at least 1 text");
        }
        long seed = training.seed();
        if (seed < 0 || seed > LARGEST_SEED) {
            throw new InputException("seed " + seed + " is out of range; use one from 0 to " + LARGEST_SEED);
        }
        excludedLabels = Set.copyOf(excludedLabels);
    }

    private static void requireShare(String name, double value, boolean right, String wanted) {
        if (!right) {
            throw new InputException(name + " " + value + " is out of range; use a share " + wanted);
        }
    }

    /**
     * A run with the usual settings: the head on the first token, everything trains, 3 epochs of batches of 16, learning rate
     * 2e-5, weight decay 0.01, dropout 0.3, 512 tokens, a fifth of the texts for validation, seed 42, columns {@code text} and
     * {@code label}.
     */
    public static FineTuning of(Path model, Path data, Path output) {
        return new FineTuning(
                model,
                data,
                "text",
                "label",
                "cls",
                0.3,
                Selector.parse("all"),
                Optional.empty(),
                DEFAULT_TRAINING,
                512,
                Set.of(),
                1,
                OptionalInt.empty(),
                0.2,
                DEFAULT_TRAINING.seed(),
                MissingValues.DROP,
                output);
    }

    /** The same with other columns. */
    public FineTuning withColumns(String text, String label) {
        return new FineTuning(
                model,
                data,
                text,
                label,
                head,
                dropout,
                trainable,
                schedule,
                training,
                maxLength,
                excludedLabels,
                sample,
                limit,
                validation,
                dataSeed,
                missing,
                output);
    }

    /** The same with another head. */
    public FineTuning withHead(String name) {
        return new FineTuning(
                model,
                data,
                textColumn,
                labelColumn,
                name,
                dropout,
                trainable,
                schedule,
                training,
                maxLength,
                excludedLabels,
                sample,
                limit,
                validation,
                dataSeed,
                missing,
                output);
    }

    /** The same with other parameters training. */
    public FineTuning withTrainable(Selector selector) {
        return new FineTuning(
                model,
                data,
                textColumn,
                labelColumn,
                head,
                dropout,
                selector,
                schedule,
                training,
                maxLength,
                excludedLabels,
                sample,
                limit,
                validation,
                dataSeed,
                missing,
                output);
    }

    /** The same with other epochs, batches or learning rates. */
    public FineTuning withTraining(TrainingOptions options) {
        return new FineTuning(
                model,
                data,
                textColumn,
                labelColumn,
                head,
                dropout,
                trainable,
                schedule,
                options,
                maxLength,
                excludedLabels,
                sample,
                limit,
                validation,
                dataSeed,
                missing,
                output);
    }

    /** The same with texts cut to another length. */
    public FineTuning withMaxLength(int tokens) {
        return new FineTuning(
                model,
                data,
                textColumn,
                labelColumn,
                head,
                dropout,
                trainable,
                schedule,
                training,
                tokens,
                excludedLabels,
                sample,
                limit,
                validation,
                dataSeed,
                missing,
                output);
    }

    /**
     * What trains in which epoch.
     *
     * @param config the encoder it is for
     * @throws InputException if the schedule is neither a name nor a file that can be read
     */
    public Schedule schedule(ModernBertConfig config) {
        return schedule.map(name -> Schedule.of(name, config)).orElseGet(() -> Schedule.constant(trainable));
    }

    /**
     * Runs it.
     *
     * @param listener told what happens
     * @return what the run left
     * @throws InputException if the checkpoint, the data or a setting cannot be used, or the output folder holds a run already
     * @throws DivergedException if the loss is no number any more
     */
    public FineTuned run(TrainingListener listener) {
        if (holdsRun(output)) {
            throw new InputException(output + ": holds a run already; use another folder, or resume that run");
        }
        return new FineTuningRun(this, listener).start();
    }

    /** Whether a folder holds a run that can be resumed or used. One that ended before it had saved anything leaves none. */
    public static boolean holdsRun(Path folder) {
        return Files.exists(folder.resolve(RunFile.NAME))
                && !FineTuningRun.checkpoints(folder).isEmpty();
    }

    /**
     * The settings of a run that has begun.
     *
     * @param folder the run's folder
     * @throws InputException if the folder holds no run, or its data have changed
     */
    public static FineTuning settingsOf(Path folder) {
        return RunFile.read(folder);
    }

    /**
     * Goes on with a run that was stopped, from its last checkpoint, to the same bits as if it never had been.
     *
     * @param folder the run's folder
     * @param listener told what happens
     * @throws InputException if the folder holds no run, or its data have changed
     */
    public static FineTuned resume(Path folder, TrainingListener listener) {
        return new FineTuningRun(RunFile.read(folder), listener).resume();
    }
}
