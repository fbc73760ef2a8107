package experiments;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.modernbert4j.InputException;
import org.modernbert4j.cli.DataLocation;
import org.modernbert4j.cli.MachineOptions;
import org.modernbert4j.cli.ModelLocation;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.model.ModernBertConfig;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What all experiments on the lenta news have in common, and how to change it. */
final class LentaOptions {
    /** Name of the notebook's data file. */
    static final String DATA_NAME = "lenta_40k.csv.zip";

    private static final String DATA =
            "https://raw.githubusercontent.com/mannefedov/compling_nlp_hse_course/master/data/" + DATA_NAME;
    /** Labels that the notebook leaves out, comma-separated. */
    static final String RARE_TOPICS = "Легпром,Библиотека";

    private static final Path MODELS = Path.of("models");
    private static final int USUAL_LENGTH = 512;

    @Option(
            names = "--model",
            paramLabel = "DIR|NAME",
            description =
                    "Checkpoint folder, or published name of one, in the folder models or on the Hugging Face Hub.")
    private ModelLocation model;

    @Option(
            names = "--data",
            paramLabel = "FILE|URL",
            defaultValue = DATA,
            description = "CSV file, packed or not, or its web address (${DEFAULT-VALUE}).")
    private DataLocation data;

    @Option(names = "--text", paramLabel = "COLUMN", description = "Column of the texts (${DEFAULT-VALUE}).")
    String text = "text";

    @Option(names = "--label", paramLabel = "COLUMN", description = "Column of the labels (${DEFAULT-VALUE}).")
    String label = "topic";

    @Option(
            names = "--exclude-labels",
            paramLabel = "LABEL",
            split = ",",
            defaultValue = RARE_TOPICS,
            description = "Labels whose texts are left out; comma-separated (${DEFAULT-VALUE}).")
    Set<String> excludeLabels;

    @Option(
            names = "--sample",
            paramLabel = "SHARE",
            description = "Share of the texts that is used (${DEFAULT-VALUE}).")
    double sample = 0.25;

    @Option(names = "--data-seed", paramLabel = "N", description = "Of the sample and the split (${DEFAULT-VALUE}).")
    long dataSeed = 42;

    @Option(names = "--limit", paramLabel = "N", description = "Most texts that are used, after sampling.")
    Integer limit;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training texts (${DEFAULT-VALUE}).")
    int epochs = 3;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "Texts of a step; the experiment's own unless given.")
    Integer batchSize;

    @Option(
            names = "--learning-rate",
            paramLabel = "RATE",
            description = "Step length; the experiment's own unless given.")
    Double learningRate;

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description = "Tokens that a text is cut to; 512 unless given, or what the model has positions for.")
    private Integer maxLength;

    @Mixin
    MachineOptions machine = new MachineOptions();

    /** Takes a published model for every experiment, where none is asked for. */
    void takeModel(String published) {
        model = model == null ? new ModelLocation(published) : model;
    }

    /** The same options, as a command line has them. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(
                "--model", model.text(),
                "--data", data.text(),
                "--text", text,
                "--label", label,
                "--exclude-labels", String.join(",", excludeLabels),
                "--sample", String.valueOf(sample),
                "--data-seed", String.valueOf(dataSeed),
                "--epochs", String.valueOf(epochs)));
        arguments.addAll(machine.arguments());
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
     * The checkpoint's folder. One that is not on disk is downloaded.
     *
     * @param published name of the checkpoint to take where none is asked for
     * @param files that are needed of it
     * @throws InputException if it is neither on disk nor on the Hub; the message says what to put where
     */
    Path modelFolder(String published, HubFiles files) {
        ModelLocation location = model == null ? new ModelLocation(published) : model;
        for (Path folder : List.of(Path.of(location.text()), MODELS.resolve(location.text()))) {
            if (Files.isDirectory(folder)) {
                return folder;
            }
        }
        Path folder = location.folder(files);
        if (Files.isDirectory(folder)) {
            return folder;
        }
        throw new InputException("model " + location + ": not on disk; put its config.json, model.safetensors and"
                + " tokenizer.json into " + MODELS.resolve(location.text()) + ", or give another folder with --model");
    }

    /**
     * The data file. That of a web address is downloaded once.
     *
     * @throws InputException if it cannot be had; the message says what to put where
     */
    Path dataFile() {
        Path file = data.file();
        if (!Files.exists(file)) {
            throw new InputException(file + ": not on disk; put " + DATA_NAME + " of the GitHub repository"
                    + " mannefedov/compling_nlp_hse_course there, or give another file with --data");
        }
        return file;
    }

    /** Whether the data file need not be downloaded. */
    boolean hasData() {
        return Files.exists(data.path());
    }

    DataLocation data() {
        return data;
    }

    /** Tokens that a text is cut to. */
    int maxLength(ModernBertConfig config) {
        return maxLength == null ? Math.min(USUAL_LENGTH, config.encoder().maxPositions()) : maxLength;
    }
}
