package org.modernbert4j.pretrain;

import java.nio.file.Path;
import java.util.List;
import org.modernbert4j.InputException;
import org.modernbert4j.ops.Precision;
import org.modernbert4j.train.RunFolder;

/**
 * A pre-training run: a checkpoint, with random weights or trained ones, and texts that it learns to complete.
 *
 * @param model folder of the checkpoint
 * @param data files of texts: paragraphs of {@code .txt}, a column of {@code .csv}, {@code .csv.gz} or {@code .zip}
 * @param textColumn header of the texts in tables
 * @param length tokens of a sequence at most
 * @param maskRate share of the tokens that are to be guessed
 * @param validation share of the sequences that is measured on instead of learnt from; may be 0
 * @param precision of the products
 * @param training steps, batches, learning rates, seed
 * @param output folder of the run, not there yet
 */
public record Pretraining(
        Path model,
        List<Path> data,
        String textColumn,
        int length,
        double maskRate,
        double validation,
        Precision precision,
        PretrainingOptions training,
        Path output) {
    /** The model that comes out, in a run's folder. */
    public static final String MODEL = "model";

    /** [CLS], a token and [SEP]. */
    private static final int SHORTEST = 3;

    /** Refuses shares outside their ranges, no file, and a length without room for a token. */
    public Pretraining {
        data = List.copyOf(data);
        if (data.isEmpty()) {
            throw new InputException("no file of texts; give at least one");
        }
        if (length < SHORTEST) {
            throw new InputException(
                    "length " + length + " has no room for a token between two special ones; use at least " + SHORTEST);
        }
        if (!(maskRate > 0 && maskRate <= 1)) {
            throw new InputException("mask rate " + maskRate + " is out of range; use a share above 0 and up to 1");
        }
        if (!(validation >= 0 && validation < 1)) {
            throw new InputException("validation " + validation + " is out of range; use a share from 0 to below 1");
        }
    }

    /**
     * A run with the usual settings: sequences of 128 tokens, of which 30 % are to be guessed, 5 % of them for validation, 1,000
     * steps of 32 sequences at a learning rate of 5e-4.
     */
    public static Pretraining of(Path model, List<Path> data, Path output) {
        return new Pretraining(
                model,
                data,
                "text",
                128,
                0.3,
                0.05,
                Precision.FLOAT32,
                PretrainingOptions.of(1_000, 32, 5e-4, 42),
                output);
    }

    /** The same with other sequences. */
    public Pretraining withLength(int tokens) {
        return new Pretraining(model, data, textColumn, tokens, maskRate, validation, precision, training, output);
    }

    /** The same with other steps, batches or learning rates. */
    public Pretraining withTraining(PretrainingOptions options) {
        return new Pretraining(model, data, textColumn, length, maskRate, validation, precision, options, output);
    }

    /**
     * Runs it.
     *
     * @param listener told what happens
     * @return what the run left
     * @throws InputException if the checkpoint, the texts or a setting cannot be used, or the output folder holds a run already
     * @throws org.modernbert4j.train.DivergedException if the loss is no number any more
     */
    public Pretrained run(PretrainingListener listener) {
        if (RunFolder.holdsRun(output)) {
            throw new InputException(output + ": holds a run already; use another folder, or resume that run");
        }
        return new PretrainingRun(this, listener).start();
    }

    /**
     * Goes on with a run that was stopped, from its last checkpoint, to the same bits as if it never had been.
     *
     * @param folder the run's folder
     * @param listener told what happens
     * @throws InputException if the folder holds no run, or its texts have changed
     */
    public static Pretrained resume(Path folder, PretrainingListener listener) {
        return new PretrainingRun(PretrainingFile.read(folder), listener).resume();
    }
}
