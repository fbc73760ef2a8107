package org.modernbert4j.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.data.MissingValues;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.run.Freezing;
import org.modernbert4j.run.Run;
import org.modernbert4j.run.Training;
import org.modernbert4j.task.SingleLabel;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code train}: fine-tunes a checkpoint on labelled texts. */
@Command(
        name = "train",
        description = "Fine-tunes a ModernBERT checkpoint on the labelled texts of a CSV file.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class TrainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private TrainingOptions options = new TrainingOptions(false);

    @Option(
            names = "--data",
            paramLabel = "FILE|URL",
            description = "CSV file with a header, or its web address; .csv, .csv.gz or .zip.")
    private DataLocation data;

    @Option(
            names = "--dry-run",
            description = "Read the data, show what would train in each epoch and what it might cost, and stop.")
    private boolean dryRun;

    @Option(names = "--text", paramLabel = "COLUMN", description = "Column of the texts (${DEFAULT-VALUE}).")
    private String text = "text";

    @Option(names = "--label", paramLabel = "COLUMN", description = "Column of the labels (${DEFAULT-VALUE}).")
    private String label = "label";

    @Option(
            names = "--head",
            paramLabel = "NAME",
            description = "cls, mean, lstm (over the padding, as notebooks do), lstm-last or published"
                    + " (${DEFAULT-VALUE}).")
    private String head = "cls";

    @ArgGroup
    private Trainable trainable = new Trainable();

    @Mixin
    private MachineOptions machine = new MachineOptions();

    @Option(names = "--head-learning-rate", description = "Another one for the head.")
    private Double headLearningRate;

    @Option(
            names = "--layer-decay",
            description = "Factor of the learning rate from each layer to that below (${DEFAULT-VALUE}).")
    private double layerDecay = 1;

    @Option(names = "--patience", description = "Epochs without a better validation F1 before training stops.")
    private Integer patience;

    @Option(names = "--dropout", description = "Dropout of the head (${DEFAULT-VALUE}).")
    private double dropout = 0.3;

    @Option(names = "--max-length", description = "Tokens that a text is cut to (${DEFAULT-VALUE}).")
    private int maxLength = 512;

    @Option(
            names = "--seed",
            description = "Of new weights, batches, dropout and, without --data-seed, of the sample and the split"
                    + " (${DEFAULT-VALUE}).")
    private long seed = 42;

    @Option(names = "--data-seed", description = "Of the sample and the split; the seed unless given.")
    private Long dataSeed;

    @Option(
            names = "--exclude-labels",
            paramLabel = "LABEL",
            split = ",",
            description = "Labels whose texts are left out; comma-separated.")
    private List<String> excludeLabels = List.of();

    @Option(names = "--sample", description = "Share of the texts that is used (${DEFAULT-VALUE}).")
    private double sample = 1;

    @Option(names = "--limit", description = "Most texts that are used, after sampling.")
    private Integer limit;

    @Option(names = "--validation", description = "Share kept for validation, stratified (${DEFAULT-VALUE}).")
    private double validation = 0.2;

    @Option(
            names = "--missing",
            description = "Rows without text or label: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private MissingValues missing = MissingValues.DROP;

    @Override
    public Integer call() {
        if (dryRun) {
            DryRun.print(spec.commandLine().getOut(), settings(Path.of("")));
            return 0;
        }
        return options.start(() -> settings(options.output()));
    }

    private Run<ClassificationMetrics> settings(Path output) {
        ModelLocation model = options.model();
        Options.require(spec, "--data", data);
        Training training = options.training(builder -> {
            builder.layerDecay(layerDecay).seed(seed);
            if (headLearningRate != null) {
                builder.headLearningRate(headLearningRate);
            }
            if (patience != null) {
                builder.patience(patience);
            }
        });
        LabelledData texts = new LabelledData(
                data.file(),
                new LabelledData.Columns(text, label),
                missing,
                Set.copyOf(excludeLabels),
                sample,
                Options.optional(limit),
                validation,
                dataSeed == null ? seed : dataSeed);
        SingleLabel task = new SingleLabel(texts, head, dropout, maxLength);
        Run.Builder<ClassificationMetrics> run = Run.builder(
                        model.folder(dryRun ? HubFiles.TOKENIZER : HubFiles.ALL), task, output)
                .training(training)
                .freezing(new Freezing(trainable.selector(), trainable.schedule()))
                .backend(machine.backend());
        return dryRun ? run.build() : run.precision(machine.precision()).build();
    }
}
