package experiments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.modernbert4j.OutputFile;
import org.modernbert4j.data.Dataset;
import org.modernbert4j.data.Example;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.data.MissingValues;
import org.modernbert4j.task.SingleLabel;

/**
 * Writes the texts that a model may be pre-trained on and then measured with: {@code TrainingTexts news.csv output.csv}. They are
 * all texts of the file but those that fine-tuning on it, without the notebook's two rare topics, keeps for validation.
 */
final class TrainingTexts {
    private static final String TEXT = "text";
    private static final String LABEL = "topic";

    private TrainingTexts() {}

    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            System.err.println("usage: TrainingTexts news.csv output.csv");
            System.exit(2);
        }
        write(Path.of(args[0]), Path.of(args[1]));
    }

    static void write(Path news, Path output) throws IOException {
        OutputFile.check(output, List.of(news));
        LabelledData data = LabelledData.of(news, TEXT, LABEL).without(Set.of(LentaOptions.RARE_TOPICS.split(",")));
        Set<Example> validation =
                new HashSet<>(SingleLabel.of(data).select().validation().examples());
        List<Example> examples =
                Dataset.read(news, TEXT, LABEL, MissingValues.DROP).examples();
        try (CSVPrinter csv = new CSVPrinter(Files.newBufferedWriter(output), CSVFormat.RFC4180)) {
            csv.printRecord(TEXT);
            for (Example example : examples) {
                if (!validation.contains(example)) {
                    csv.printRecord(example.text());
                }
            }
        }
    }
}
