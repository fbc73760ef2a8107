package org.modernbert4j.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.data.MissingValues;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.ops.Precision;
import org.modernbert4j.train.FineTuned;
import org.modernbert4j.train.FineTuning;
import org.modernbert4j.train.LearningRateSchedule;
import org.modernbert4j.train.ParameterRates;
import org.modernbert4j.train.TrainingListener;
import org.modernbert4j.train.TrainingOptions;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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

    @Option(names = "--resume", paramLabel = "DIR", description = "Go on with the interrupted run of this folder.")
    private Path resume;

    @Option(
            names = "--model",
            paramLabel = "DIR|NAME",
            description =
                    "Checkpoint folder in the published layout, or owner/name[@revision] on the Hugging Face Hub.")
    private ModelLocation model;

    @Option(
            names = "--data",
            paramLabel = "FILE|URL",
            description = "CSV file with a header, or its web address; .csv, .csv.gz or .zip.")
    private DataLocation data;

    @Option(names = "--output", paramLabel = "DIR", description = "Folder of the run.")
    private Path output;

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
    private PrecisionOption precision = new PrecisionOption();

    @Option(names = "--epochs", description = "Passes over the training texts (${DEFAULT-VALUE}).")
    private int epochs = 3;

    @Option(names = "--batch-size", description = "Texts that an optimizer step sees (${DEFAULT-VALUE}).")
    private int batchSize = 16;

    @Mixin
    private OptimizerOptions optimizer = new OptimizerOptions(2e-5, LearningRateSchedule.Shape.CONSTANT, 0);

    @Option(names = "--head-learning-rate", description = "Another one for the head.")
    private Double headLearningRate;

    @Option(
            names = "--layer-decay",
            description = "Factor of the learning rate from each layer to that below (${DEFAULT-VALUE}).")
    private double layerDecay = 1;

    @Option(names = "--max-grad-norm", description = "Norm that all gradients together are clipped to.")
    private Double maxGradNorm;

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
        if (resume != null) {
            Options.requireNothingBeside(spec, "--resume");
            return train(listener -> FineTuning.resume(resume, listener));
        }
        Options.require(spec, "--model", model);
        Options.require(spec, "--data", data);
        if (dryRun) {
            DryRun.print(spec.commandLine().getOut(), fineTuning());
            return 0;
        }
        Options.require(spec, "--output", output);
        FineTuning run = fineTuning();
        return train(run::run);
    }

    private int train(Function<TrainingListener, FineTuned> training) {
        return TrainingSession.run(spec.commandLine().getOut(), training);
    }

    private FineTuning fineTuning() {
        TrainingOptions training = training();
        LabelledData texts = new LabelledData(
                data.file(),
                text,
                label,
                missing,
                Set.copyOf(excludeLabels),
                sample,
                Options.optional(limit),
                validation,
                dataSeed == null ? seed : dataSeed);
        return new FineTuning(
                model.folder(dryRun ? HubFiles.TOKENIZER : HubFiles.ALL),
                texts,
                head,
                dropout,
                maxLength,
                trainable.selector(),
                trainable.schedule(),
                dryRun ? Precision.FLOAT32 : precision.precision(),
                training,
                output == null ? Path.of("") : output);
    }

    private TrainingOptions training() {
        try {
            return new TrainingOptions(
                    epochs,
                    batchSize,
                    optimizer.accumulation(),
                    new ParameterRates(
                            optimizer.learningRate(),
                            headLearningRate == null ? optimizer.learningRate() : headLearningRate,
                            layerDecay,
                            optimizer.weightDecay(),
                            optimizer.noDecay()),
                    optimizer.schedule(),
                    maxGradNorm == null ? OptionalDouble.empty() : OptionalDouble.of(maxGradNorm),
                    Options.optional(patience),
                    seed);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
