package org.modernbert4j.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.modernbert4j.data.ColumnGuess;
import org.modernbert4j.data.Csv;
import org.modernbert4j.data.CsvFormat;
import org.modernbert4j.data.Held;
import org.modernbert4j.data.LabelType;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.data.MissingValues;
import org.modernbert4j.data.Reading;
import org.modernbert4j.data.TableFile;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.run.Resumption;
import org.modernbert4j.run.Run;
import org.modernbert4j.run.Training;
import org.modernbert4j.task.SingleLabel;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code train}: fine-tunes a checkpoint on labelled texts. */
@Command(
        name = "train",
        description = "Fine-tunes a ModernBERT checkpoint on the labelled texts of a table.",
        footer = {
            "modernbert4j train --model weights/modernbert-mini-ru --dry-run \\",
            "    --data experiments/data/news-sample.csv --max-length 64",
            "modernbert4j train --model weights/modernbert-mini-ru --head mean --epochs 1 \\",
            "    --data experiments/data/news-sample.csv --max-length 32 --output runs/news"
        })
final class TrainCommand extends TrainingCommand {
    /** The defaults. */
    private static final SingleLabel TASK = new SingleLabel.Provider().example();

    private static final String NUMBER = "[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?|NaN|[+-]?Infinity";

    @Option(
            names = "--data",
            paramLabel = "FILE|URL",
            description = "Table: CSV, TSV, JSON lines or Parquet, also gzipped or zipped; or its web address. Several"
                    + " are one table: give the option once for each.")
    private List<DataLocation> data;

    @Option(
            names = "--label",
            paramLabel = "COLUMN",
            description = "Column of the labels (${DEFAULT-VALUE}, or the only one that fits).")
    private String label = TASK.data().reading().label();

    @Option(
            names = "--label-type",
            paramLabel = "NAME",
            description = "auto takes labels for numbers, truth values or text as pandas does, text for text:"
                    + " ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private LabelType labelType = TASK.data().reading().labelType();

    @Option(
            names = "--missing",
            paramLabel = "ACTION",
            description = "Rows without text or label: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private MissingValues missing = TASK.data().reading().missing();

    @Option(names = "--keep-na", description = "Words such as NA and None are values; only an empty field is missing.")
    private boolean keepNa = TASK.data().reading().keepNa();

    @Option(
            names = "--exclude-labels",
            paramLabel = "LABELS",
            description = "Labels whose texts are left out; comma-separated, in double quotes where one has a comma.")
    private List<String> excludeLabels = List.of();

    @Option(
            names = "--sample",
            paramLabel = "SHARE",
            description = "Share of the texts that is used (${DEFAULT-VALUE}).")
    private double sample = TASK.data().sample();

    @Option(names = "--limit", paramLabel = "N", description = "Most texts that are used, after sampling.")
    private Integer limit;

    @Option(
            names = "--validation",
            paramLabel = "SHARE|FILE|URL",
            description = "Share kept for validation, stratified; or a file of texts to measure on (${DEFAULT-VALUE}).")
    private String validation = String.valueOf(((Held.Share) TASK.data().validation()).share());

    @Option(
            names = "--test",
            paramLabel = "FILE|URL",
            description = "File of texts that the best model is measured on in the end.")
    private DataLocation test;

    @Option(
            names = "--data-seed",
            paramLabel = "N",
            description = "Of the sample and the split; the seed unless given.")
    private Long dataSeed;

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description = "Tokens that a text is cut to (${DEFAULT-VALUE}, or what the model has positions for).")
    private int maxLength = TASK.maxLength();

    @Option(
            names = "--head",
            paramLabel = "NAME",
            completionCandidates = Names.Heads.class,
            converter = Names.Heads.class,
            description = "What turns hidden states into labels: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private String head = TASK.head();

    @Option(names = "--dropout", paramLabel = "SHARE", description = "Dropout of the head (${DEFAULT-VALUE}).")
    private double dropout = TASK.dropout();

    @ArgGroup
    private Trainable trainable = new Trainable();

    @Option(
            names = "--head-learning-rate",
            paramLabel = "RATE",
            description = "Learning rate of the head, if not that of the encoder.")
    private Double headLearningRate;

    @Option(
            names = "--layer-decay",
            paramLabel = "FACTOR",
            description = "Factor of the learning rate from each layer to that below (${DEFAULT-VALUE}).")
    private double layerDecay = usual.update().rates().layerDecay();

    @Option(
            names = "--patience",
            paramLabel = "N",
            description = "Epochs without a better validation F1 before training stops.")
    private Integer patience;

    @Option(
            names = "--dry-run",
            description = "Read the data, show what would train in each epoch and what it might cost, and stop.")
    private boolean dryRun;

    TrainCommand() {
        super(false, TASK.data().reading().text());
    }

    @Override
    public Integer call() {
        if (dryRun) {
            requireGiven("--model", "--data");
            DryRun.print(out(), builder(HubFiles.TOKENIZER, Path.of("")).build());
            return 0;
        }
        return super.call();
    }

    @Override
    Run<ClassificationMetrics> run() {
        requireGiven("--model", "--data", "--output");
        return builder(HubFiles.ALL, output()).precision(machine.precision()).build();
    }

    private Run.Builder<ClassificationMetrics> builder(HubFiles files, Path output) {
        Training training = training();
        Path model = model(files);
        List<Path> tables = data.stream().map(DataLocation::file).toList();
        Held held = validation();
        Optional<Path> tested = Optional.ofNullable(test).map(DataLocation::file);
        if (dataSeed == null) {
            check(() -> LabelledData.checkSeed("seed", seed));
        }
        List<String> notes = new ArrayList<>();
        CsvFormat format = csvFormat();
        Reading.Columns columns = ColumnGuess.labelled(
                new TableFile(tables.get(0), format), named("--text", text), named("--label", label), notes::add);
        LabelledData texts = settings(() -> new LabelledData(
                tables,
                new Reading(format, columns, labelType, missing, keepNa),
                excludedLabels(),
                sample,
                optional(limit),
                held,
                tested,
                dataSeed == null ? seed : dataSeed));
        int length = isGiven("--max-length") ? maxLength : Math.min(maxLength, positions(model));
        SingleLabel task = settings(() -> new SingleLabel(texts, head, dropout, length));
        notes.forEach(ProgressLine::printNote);
        return Run.builder(model, task, output)
                .training(training)
                .freezing(trainable.freezing())
                .backend(machine.backend());
    }

    private Optional<String> named(String option, String column) {
        return isGiven(option) ? Optional.of(column) : Optional.empty();
    }

    private static int positions(Path model) {
        return ModernBertConfig.read(model).encoder().maxPositions();
    }

    private Set<String> excludedLabels() {
        return excludeLabels.stream()
                .flatMap(labels -> Csv.cells(labels).stream())
                .collect(Collectors.toSet());
    }

    /** A number is a share, all else a file. */
    private Held validation() {
        return validation.matches(NUMBER)
                ? settings(() -> new Held.Share(Double.parseDouble(validation)))
                : new Held.InFile(new DataLocation(validation).file());
    }

    @Override
    Optional<List<Path>> movedData() {
        return Optional.ofNullable(data)
                .map(files -> files.stream().map(DataLocation::file).toList());
    }

    @Override
    void change(Resumption resumption) {
        if (isGiven("--validation")) {
            Path held = validation()
                    .file()
                    .orElseThrow(() ->
                            usageError(LEAVE_OUT + "the share of --validation; a run that goes on keeps its settings"));
            resumption.files("validation", List.of(held));
        }
        if (test != null) {
            resumption.files("test", List.of(test.file()));
        }
        if (patience != null) {
            requireAtLeast(1, "--patience", patience);
            resumption.patience(patience);
        }
    }

    @Override
    List<String> resumable() {
        return List.of("--patience", "--validation", "--test");
    }

    @Override
    void change(Training.Builder training) {
        training.layerDecay(layerDecay).saving(saving());
        if (headLearningRate != null) {
            training.headLearningRate(headLearningRate);
        }
        if (patience != null) {
            training.patience(patience);
        }
    }
}
