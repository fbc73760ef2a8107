package org.modernbert4j.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.modernbert4j.Numbers;
import org.modernbert4j.data.Text;
import org.modernbert4j.data.Texts;
import org.modernbert4j.hub.HubFiles;
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
            "Prints CSV: row, label, probability and, with --probabilities, that of every label; then the text. Of a"
                    + " classifier for several labels, label has all with a probability of at least 0.5, of a"
                    + " regression value the number."
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

    @Override
    public Integer call() throws IOException {
        Texts texts = input.read();
        try (TextClassifier classifier =
                TextClassifier.open(model.folder(HubFiles.ALL), machine.open(), machine.precision())) {
            classifier.notes().forEach(ProgressLine::printNote);
            ProgressLine progress = ProgressLine.onStandardError();
            List<Classification> found = classifier.classify(texts, progress.of("predicting"));
            print(
                    classifier.problem() == ProblemType.REGRESSION ? "value" : "probability",
                    classifier.labels(),
                    texts.texts(),
                    found);
        }
        return 0;
    }

    private void print(String score, List<String> labels, List<Text> texts, List<Classification> found)
            throws IOException {
        CSVPrinter printer = new CSVPrinter(
                out(), CSVFormat.RFC4180.builder().setRecordSeparator("\n").get());
        List<String> header = new ArrayList<>(List.of("row", "label", score));
        if (probabilities) {
            header.addAll(labels);
        }
        header.add("text");
        printer.printRecord(header);
        for (int i = 0; i < found.size(); i++) {
            Classification one = found.get(i);
            List<Object> record =
                    new ArrayList<>(List.of(texts.get(i).row(), one.label(), Numbers.metric(one.probability())));
            if (probabilities) {
                for (double probability : one.probabilities()) {
                    record.add(Numbers.metric(probability));
                }
            }
            record.add(texts.get(i).text());
            printer.printRecord(record);
        }
        printer.flush();
    }
}
