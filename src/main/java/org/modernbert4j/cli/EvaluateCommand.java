package org.modernbert4j.cli;

import com.google.gson.GsonBuilder;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.modernbert4j.OutputFile;
import org.modernbert4j.OutputFolder;
import org.modernbert4j.checkpoint.AtomicFolder;
import org.modernbert4j.data.ColumnGuess;
import org.modernbert4j.data.Csv;
import org.modernbert4j.data.Example;
import org.modernbert4j.data.Reading;
import org.modernbert4j.data.RowStream;
import org.modernbert4j.data.TableFile;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.infer.Scores;
import org.modernbert4j.infer.TextClassifier;
import org.modernbert4j.report.EvaluationPage;
import org.modernbert4j.run.Environment;
import org.modernbert4j.run.RunFolder;
import org.modernbert4j.task.SingleLabel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code evaluate}: measures on a labelled file what {@code train} saved. */
@Command(
        name = "evaluate",
        description = {
            "Measures on a labelled file, of any length, what train saved.",
            "Prints scikit-learn's classification_report, accuracy and loss."
        },
        footer = {
            "modernbert4j evaluate --model runs/news --data experiments/data/news-sample.csv",
            "modernbert4j evaluate --model runs/news --json --output runs/measured \\",
            "    --data experiments/data/news-sample.csv"
        })
final class EvaluateCommand extends BaseCommand {
    private static final List<String> COLUMNS = List.of("row", "label", "predicted", "probability");

    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR|NAME",
            description = "Folder that train saved, or owner/name[@revision] of one on the Hugging Face Hub.")
    private ModelLocation model;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE|URL",
            description =
                    "Labelled texts: a table (CSV, TSV, JSON lines, Parquet), also gzipped or zipped; or the web address of a"
                            + " file.")
    private DataLocation data;

    @Option(
            names = "--text",
            paramLabel = "COLUMN",
            description = "Column of the texts (text, or the only one that fits).")
    private String text;

    @Option(
            names = "--label",
            paramLabel = "COLUMN",
            description = "Column of the labels (label, or the only one that fits).")
    private String label;

    @Mixin
    private CsvOptions csv = new CsvOptions();

    @Option(names = "--keep-na", description = "Words such as NA and None are values; only an empty field is missing.")
    private boolean keepNa;

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description = "Tokens that a text is cut to; as in the training unless given.")
    private Integer maxLength;

    @Option(names = "--batch-size", paramLabel = "N", description = "Texts at a time (${DEFAULT-VALUE}).")
    private int batchSize = 16;

    @Mixin
    private MachineOptions machine = new MachineOptions();

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Folder to write, not there yet: report.html, and predictions.csv with a line for each text.")
    private Path output;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        requireAtLeast(1, "--batch-size", batchSize);
        requireAtLeast(1, "--max-length", maxLength == null ? 1 : maxLength);
        if (output != null) {
            AtomicFolder.requireAbsent(output);
            OutputFolder.requireApart(output, List.of(data.path()));
        }
        TableFile table = new TableFile(data.file(), settings(csv::format));
        Reading.Columns columns = ColumnGuess.labelled(
                table, Optional.ofNullable(text), Optional.ofNullable(label), ProgressLine::printNote);
        RowStream<Example> rows = RowStream.ofColumns(table, columns, keepNa);
        Path folder = model.folder(HubFiles.ALL);
        try (TextClassifier classifier =
                TextClassifier.open(folder, optional(maxLength), machine.open(), machine.precision())) {
            classifier.notes().forEach(ProgressLine::printNote);
            ProgressLine progress = ProgressLine.onStandardError();
            Measuring measuring =
                    each -> classifier.evaluate(rows, columns, batchSize, each, progress.of("evaluating"));
            Scores scores =
                    output == null ? measuring.run(predictions -> {}) : write(measuring, columns, classifier.backend());
            scores.notes().forEach(ProgressLine::printNote);
            print(scores);
        }
        return 0;
    }

    /** Gives the predictions of one part after the other, then the scores. */
    @FunctionalInterface
    private interface Measuring {
        Scores run(Consumer<List<Scores.Prediction>> each);
    }

    private Scores write(Measuring measuring, Reading.Columns columns, String backend) {
        AtomicReference<Scores> scores = new AtomicReference<>();
        try (OutputFolder claimed = OutputFolder.claim(output, ProgressLine::printNote)) {
            claimed.removeLeft();
            OutputFile.replace(output.resolve(SingleLabel.PREDICTIONS), out -> {
                BufferedWriter lines = new BufferedWriter(Channels.newWriter(out, StandardCharsets.UTF_8));
                lines.write(Csv.row(COLUMNS));
                try {
                    scores.set(measuring.run(predictions -> predictions.forEach(one -> write(lines, one))));
                } catch (UncheckedIOException e) {
                    throw e.getCause();
                }
                lines.flush();
            });
            String page = page(scores.get(), columns, backend);
            OutputFile.write(output.resolve(RunFolder.PAGE), page, "make room");
        }
        return scores.get();
    }

    private static void write(BufferedWriter lines, Scores.Prediction one) {
        try {
            lines.write(Csv.row(List.of(one.row(), one.label(), one.predicted(), one.probability())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String page(Scores scores, Reading.Columns columns, String backend) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("model", model.toString());
        settings.put("data", data.toString());
        settings.put("text", columns.text());
        settings.put("label", columns.label());
        settings.put("max_length", maxLength == null ? "" : maxLength.toString());
        settings.put("batch_size", String.valueOf(batchSize));
        settings.put("precision", machine.precision().toString());
        return EvaluationPage.of(
                model + " on " + data.path().getFileName(),
                scores.metrics(),
                scores.loss().orElse(Double.NaN),
                scores.notes(),
                settings,
                Environment.describe(backend));
    }

    private void print(Scores scores) {
        if (json) {
            out().println(new GsonBuilder().disableHtmlEscaping().create().toJson(scores.json()));
        } else {
            out().print(scores.text());
        }
        if (output != null && !json) {
            out().println("saved in " + output);
        }
        flush();
    }
}
