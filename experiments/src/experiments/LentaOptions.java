package experiments;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.modernbert4j.InputException;
import org.modernbert4j.cli.PrecisionOption;
import org.modernbert4j.model.ModernBertConfig;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What all experiments on the lenta news have in common, and how to change it. */
final class LentaOptions {
    private static final Path DATA = Path.of("data", "lenta_40k.csv.zip");
    private static final Path MODELS = Path.of("models");
    private static final int USUAL_LENGTH = 512;

    @Option(
            names = "--model",
            paramLabel = "DIR|NAME",
            description = "Checkpoint folder, or published name of one in the folder models.")
    private String model;

    @Option(names = "--data", paramLabel = "FILE", description = "CSV file, packed or not (${DEFAULT-VALUE}).")
    private Path data = DATA;

    @Option(names = "--text", paramLabel = "COLUMN", description = "Column of the texts (${DEFAULT-VALUE}).")
    String text = "text";

    @Option(names = "--label", paramLabel = "COLUMN", description = "Column of the labels (${DEFAULT-VALUE}).")
    String label = "topic";

    @Option(names = "--sample", description = "Share of the texts that is used (${DEFAULT-VALUE}).")
    double sample = 0.25;

    @Option(names = "--data-seed", description = "Of the sample and the split (${DEFAULT-VALUE}).")
    long dataSeed = 42;

    @Option(names = "--limit", description = "Most texts that are used, after sampling.")
    Integer limit;

    @Option(names = "--epochs", description = "Passes over the training texts (${DEFAULT-VALUE}).")
    int epochs = 3;

    @Option(names = "--batch-size", description = "Texts of a step; the experiment's own unless given.")
    Integer batchSize;

    @Option(names = "--learning-rate", description = "Step length; the experiment's own unless given.")
    Double learningRate;

    @Option(
            names = "--max-length",
            description = "Tokens that a text is cut to; 512 unless given, or what the model has positions for.")
    private Integer maxLength;

    @Mixin
    PrecisionOption precision = new PrecisionOption();

    /** Takes a published model for every experiment, where none is asked for. */
    void takeModel(String published) {
        model = model == null ? published : model;
    }

    /** The same options, as a command line has them. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(
                "--model", model,
                "--data", data.toString(),
                "--text", text,
                "--label", label,
                "--sample", String.valueOf(sample),
                "--data-seed", String.valueOf(dataSeed),
                "--epochs", String.valueOf(epochs)));
        arguments.addAll(precision.arguments());
        add(arguments, "--limit", limit);
        add(arguments, "--batch-size", batchSize);
        add(arguments, "--learning-rate", learningRate);
        add(arguments, "--max-length", maxLength);
        return arguments;
    }

    private static void add(List<String> arguments, String option, Number value) {
        if (value != null) {
            arguments.add(option);
            arguments.add(value.toString());
        }
    }

    /**
     * The checkpoint's folder.
     *
     * @param published name of the checkpoint to take where none is asked for
     * @throws InputException if it is not on disk; the message says what to put where
     */
    Path modelFolder(String published) {
        String wanted = model == null ? published : model;
        for (Path folder : List.of(Path.of(wanted), MODELS.resolve(wanted))) {
            if (Files.isDirectory(folder)) {
                return folder;
            }
        }
        throw new InputException("model " + wanted + ": not on disk; put its config.json, model.safetensors and"
                + " tokenizer.json into " + MODELS.resolve(wanted) + ", or give another folder with --model");
    }

    /**
     * The data file.
     *
     * @throws InputException if it is not on disk; the message says what to put where
     */
    Path dataFile() {
        if (!hasData()) {
            throw new InputException(
                    data + ": not on disk; put " + DATA.getFileName()
                            + " of the GitHub repository mannefedov/compling_nlp_hse_course there, or give another file with --data");
        }
        return data;
    }

    boolean hasData() {
        return Files.exists(data);
    }

    Path data() {
        return data;
    }

    /** Tokens that a text is cut to. */
    int maxLength(ModernBertConfig config) {
        return maxLength == null ? Math.min(USUAL_LENGTH, config.maxPositions()) : maxLength;
    }
}
