package org.modernbert4j.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.run.Intervals;
import org.modernbert4j.run.Run;
import org.modernbert4j.run.Training;
import org.modernbert4j.task.MaskedTokens;
import org.modernbert4j.task.TokenAccuracy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

    @Mixin
    private TrainingOptions options = new TrainingOptions(true);

    @Option(
            names = "--data",
            paramLabel = "FILE|URL",
            split = ",",
            description =
                    "Files of texts or their web addresses, comma-separated: .txt, whose paragraphs stand between blank lines (or one a line),"
                            + " .csv, .csv.gz or .zip.")
    private List<DataLocation> data;

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
    private MachineOptions machine = new MachineOptions();

    @Option(names = "--steps", description = "Optimizer steps, instead of --epochs.")
    private Integer steps;

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
        return options.start(this::settings);
    }

    private Run<TokenAccuracy> settings() {
        ModelLocation model = options.model();
        Options.require(spec, "--data", data);
        Path output = options.output();
        Training training = options.training(builder -> {
            builder.every(new Intervals(
                            options.usual().intervals().log(), OptionalInt.of(evalEvery), OptionalInt.of(saveEvery)))
                    .seed(seed);
            if (steps != null) {
                builder.steps(steps);
            }
        });
        List<Path> files = data.stream().map(DataLocation::file).toList();
        return Run.builder(
                        model.folder(HubFiles.ALL), new MaskedTokens(files, text, length, maskRate, validation), output)
                .training(training)
                .precision(machine.precision())
                .backend(machine.backend())
                .build();
    }
}
