package org.modernbert4j.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.modernbert4j.InputException;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.freeze.Schedule;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.ops.Precision;

/**
 * A fine-tuning run: a checkpoint, labelled texts, and how the one learns from the others.
 *
 * @param model folder of the checkpoint
 * @param data labelled texts
 * @param head name of the head, one of {@link org.modernbert4j.model.Head#NAMES}
 * @param dropout of the head
 * @param maxLength tokens that a text is cut to, special ones included
 * @param trainable which parameters train, where no schedule says so
 * @param schedule name or file of a {@link Schedule}
 * @param precision of the products
 * @param training epochs, batches, learning rates, seed
 * @param output folder of the run, not there yet
 */
public record FineTuning(
        Path model,
        LabelledData data,
        String head,
        double dropout,
        int maxLength,
        Selector trainable,
        Optional<String> schedule,
        Precision precision,
        TrainingOptions training,
        Path output) {
    /** The checkpoint of the best epoch, in a run's folder. */
    public static final String BEST = "best";

    /** Refuses a dropout that is no share. */
    public FineTuning {
        if (!(dropout >= 0 && dropout < 1)) {
            throw new InputException("dropout " + dropout + " is out of range; use a share from 0 to below 1");
        }
    }

    /**
     * A run with the usual settings: the head on the first token, everything trains, 3 epochs of batches of 16, learning rate
     * 2e-5, weight decay 0.01, dropout 0.3, 512 tokens, seed 42.
     */
    public static FineTuning of(Path model, LabelledData data, Path output) {
        TrainingOptions training = TrainingOptions.of(3, 16, ParameterRates.uniform(2e-5, 0.01), 42);
        return new FineTuning(
                model,
                data,
                "cls",
                0.3,
                512,
                Selector.parse("all"),
                Optional.empty(),
                Precision.FLOAT32,
                training,
                output);
    }

    /** The same with another head. */
    public FineTuning withHead(String name) {
        return new FineTuning(model, data, name, dropout, maxLength, trainable, schedule, precision, training, output);
    }

    /** The same with texts cut to another length. */
    public FineTuning withMaxLength(int tokens) {
        return new FineTuning(model, data, head, dropout, tokens, trainable, schedule, precision, training, output);
    }

    /** The same with other parameters training. */
    public FineTuning withTrainable(Selector selector) {
        return new FineTuning(model, data, head, dropout, maxLength, selector, schedule, precision, training, output);
    }

    /** The same with products in another precision. */
    public FineTuning withPrecision(Precision other) {
        return new FineTuning(model, data, head, dropout, maxLength, trainable, schedule, other, training, output);
    }

    /** The same with other epochs, batches or learning rates. */
    public FineTuning withTraining(TrainingOptions options) {
        return new FineTuning(model, data, head, dropout, maxLength, trainable, schedule, precision, options, output);
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

    /** The folder with a model's files: of a run's folder that of its best epoch, any other as it is. */
    public static Path modelFolder(Path folder) {
        Path best = folder.resolve(BEST);
        return Files.isDirectory(best) ? best : folder;
    }

    /** Whether a folder holds a run that can be resumed or used. One that ended before it had saved anything leaves none. */
    public static boolean holdsRun(Path folder) {
        return RunFolder.holdsRun(folder);
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
