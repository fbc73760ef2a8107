package org.modernbert4j.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.pretrain.Pretrained;
import org.modernbert4j.pretrain.Pretraining;
import org.modernbert4j.pretrain.PretrainingListener;
import org.modernbert4j.pretrain.PretrainingOptions;
import org.modernbert4j.train.LearningRateSchedule;
import org.modernbert4j.train.ParameterRates;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code pretrain}: masked-language-model training of a checkpoint on texts. */
@Command(
        name = "pretrain",
        description =
                "Trains a ModernBERT checkpoint, of random weights made by init or a published one, to guess the hidden"
                        + " tokens of texts.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class PretrainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--resume", paramLabel = "DIR", description = "Go on with the interrupted run of this folder.")
    private Path resume;

    @Option(
            names = "--model",
            paramLabel = "DIR|NAME",
            description = "Checkpoint folder to begin with, or owner/name[@revision] on the Hugging Face Hub.")
    private ModelLocation model;

    @Option(
            names = "--data",
            paramLabel = "FILE|URL",
            split = ",",
            description =
                    "Files of texts or their web addresses, comma-separated: .txt, whose paragraphs stand between blank lines (or one a line),"
                            + " .csv, .csv.gz or .zip.")
    private List<DataLocation> data;

    @Option(names = "--output", paramLabel = "DIR", description = "Folder of the run.")
    private Path output;

    @Option(
            names = "--text",
            paramLabel = "COLUMN",
            description = "Column of the texts in CSV files (${DEFAULT-VALUE}).")
    private String text = "text";

    @Option(
            names = "--length",
            description = "Tokens that texts are packed to, and longer ones are cut to (${DEFAULT-VALUE}).")
    private int length = 128;

    @Option(names = "--mask-rate", description = "Share of the tokens that are to be guessed (${DEFAULT-VALUE}).")
    private double maskRate = 0.3;

    @Option(
            names = "--validation",
            description = "Share of the sequences that is measured on instead of learnt from (${DEFAULT-VALUE}).")
    private double validation = 0.05;

    @Mixin
    private PrecisionOption precision = new PrecisionOption();

    @Option(names = "--epochs", description = "Passes over the sequences (${DEFAULT-VALUE}).")
    private int epochs = 1;

    @Option(names = "--steps", description = "Optimizer steps, instead of --epochs.")
    private Integer steps;

    @Option(names = "--batch-size", description = "Sequences that an optimizer step sees (${DEFAULT-VALUE}).")
    private int batchSize = 32;

    @Mixin
    private OptimizerOptions optimizer = new OptimizerOptions(5e-4, LearningRateSchedule.Shape.WSD, 0.05);

    @Option(
            names = "--max-grad-norm",
            description = "Norm that all gradients together are clipped to (${DEFAULT-VALUE}).")
    private double maxGradNorm = 1;

    @Option(
            names = "--eval-every",
            paramLabel = "STEPS",
            description = "Steps from one measurement on the validation sequences to the next (${DEFAULT-VALUE}).")
    private int evalEvery = 250;

    @Option(
            names = "--save-every",
            paramLabel = "STEPS",
            description = "Steps from one checkpoint to the next (${DEFAULT-VALUE}).")
    private int saveEvery = 1000;

    @Option(
            names = "--seed",
            description = "Of the validation sequences, the batches, the masks and new weights (${DEFAULT-VALUE}).")
    private long seed = 42;

    @Override
    public Integer call() {
        if (resume != null) {
            Options.requireNothingBeside(spec, "--resume");
            return train(listener -> Pretraining.resume(resume, listener));
        }
        Options.require(spec, "--model", model);
        Options.require(spec, "--data", data);
        Options.require(spec, "--output", output);
        Pretraining run = new Pretraining(
                model.folder(HubFiles.ALL),
                data.stream().map(DataLocation::file).toList(),
                text,
                length,
                maskRate,
                validation,
                precision.precision(),
                training(),
                output);
        return train(run::run);
    }

    private int train(Function<PretrainingListener, Pretrained> training) {
        try (Interruption interruption = new Interruption()) {
            Pretrained run =
                    training.apply(new PretrainingConsole(spec.commandLine().getOut(), interruption));
            if (!run.finished()) {
                System.err.println("interrupted; go on with: pretrain --resume " + run.folder());
                return Main.INTERRUPTED;
            }
            return 0;
        }
    }

    private PretrainingOptions training() {
        try {
            return new PretrainingOptions(
                    epochs,
                    Options.optional(steps),
                    batchSize,
                    optimizer.accumulation(),
                    new ParameterRates(
                            optimizer.learningRate(),
                            optimizer.learningRate(),
                            1,
                            optimizer.weightDecay(),
                            optimizer.noDecay()),
                    optimizer.schedule(),
                    OptionalDouble.of(maxGradNorm),
                    evalEvery,
                    saveEvery,
                    seed);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
