package org.modernbert4j.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import org.modernbert4j.Numbers;
import org.modernbert4j.data.Csv;
import org.modernbert4j.data.RowStream;
import org.modernbert4j.data.Text;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.infer.Answer;
import org.modernbert4j.infer.TextClassifier;
import org.modernbert4j.infer.TextClassifier.Classification;
import org.modernbert4j.model.ProblemType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code predict}: labels texts with what {@code train} saved. */
@Command(
        name = "predict",
        description = {
            "Labels texts: those on the command line, those of a file, or those of standard input.",
            "Prints CSV: row, label, probability and, with --probabilities, that of every label; then the text. Every row"
                    + " is there; one without a text has an empty label.",
            "Of a classifier for several labels, label has all with a probability of at least 0.5, of a regression value"
                    + " the number."
        },
        footer = {
            "modernbert4j predict --model runs/news --file experiments/data/news-sample.csv",
            "modernbert4j predict --model runs/news --probabilities Футбол"
        })
final class PredictCommand extends BaseCommand {
    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR|NAME",
            description =
                    "Folder that train saved, or a classifier of transformers, or owner/name[@revision] of one on the Hugging Face Hub.")
    private ModelLocation model;

    @Mixin
    private TextInput input = new TextInput();

    @Option(names = "--probabilities", description = "Print the probability of every label.")
    private boolean probabilities;

    @Mixin
    private MachineOptions machine = new MachineOptions();

    /** Cells of a row. */
    private int width;

    private int rows;
    private int withoutText;

    @Override
    public Integer call() {
        RowStream<Text> texts = input.open();
        try (TextClassifier classifier = TextClassifier.open(
                model.folder(HubFiles.ALL), OptionalInt.empty(), machine.open(), machine.precision())) {
            classifier.notes().forEach(ProgressLine::printNote);
            ProgressLine progress = ProgressLine.onStandardError();
            List<String> header = header(classifier);
            width = header.size();
            classifier.classify(
                    texts,
                    answers -> {
                        progress.clear();
                        if (rows == 0) {
                            out().print(Csv.row(header));
                        }
                        answers.forEach(this::print);
                        flush();
                    },
                    progress.of("predicting"));
            input.noteMissing(withoutText, rows, "an empty label");
        }
        return 0;
    }

    private List<String> header(TextClassifier classifier) {
        String score = classifier.problem() == ProblemType.REGRESSION ? "value" : "probability";
        List<String> header = new ArrayList<>(List.of("row", "label", score));
        if (probabilities) {
            header.addAll(classifier.labels());
        }
        header.add("text");
        return header;
    }

    private void print(Answer answer) {
        List<Object> cells = new ArrayList<>(List.of(answer.text().row()));
        if (answer.found().isPresent()) {
            Classification found = answer.found().get();
            cells.add(found.label());
            cells.add(Numbers.metric(found.probability()));
            if (probabilities) {
                Arrays.stream(found.probabilities()).mapToObj(Numbers::metric).forEach(cells::add);
            }
        } else {
            cells.addAll(Collections.nCopies(width - 2, ""));
            withoutText++;
        }
        cells.add(answer.text().text());
        out().print(Csv.row(cells));
        rows++;
    }
}
