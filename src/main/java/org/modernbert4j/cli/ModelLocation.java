package org.modernbert4j.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.modernbert4j.InputException;
import org.modernbert4j.InputPath;
import org.modernbert4j.checkpoint.OwnFiles;
import org.modernbert4j.hub.Hub;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.hub.HubName;
import org.modernbert4j.hub.HubSettings;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.run.RunFolder;
import org.modernbert4j.safetensors.OtherModel;

/**
 * What {@code --model} says: a folder or, if there is none of that name, {@code owner/name[@revision]} on the Hugging Face Hub.
 *
 * <p>A name without a revision is a path, too, if its first part is a folder here, or one of those that users of this program have;
 * or if it ends as a file does. It is never looked for on the Hub then.
 *
 * @param text as it was given
 */
public record ModelLocation(String text) {
    private static final Set<String> USUAL_FOLDERS = Set.of("runs", "weights", "models", "target", "experiments");
    private static final String EXPECTED = "a model's folder with config.json";

    private static final Pattern FILE =
            Pattern.compile(".*\\.(safetensors|json|bin|pt|pth|ckpt|gguf|onnx|csv|gz|zip|txt)");

    /**
     * The model's folder; for a run's folder, that of its final model. Files of a model on the Hub are downloaded, unless they are in
     * the cache.
     *
     * @param files that are needed
     * @return an existing folder
     * @throws org.modernbert4j.InputException if there is no such folder and this is no name on the Hub, or if the download fails,
     *     or it is a run without a final model yet
     */
    public Path folder(HubFiles files) {
        return withConfiguration(located(files));
    }

    /**
     * The folder of an encoder with its weights: as of {@link #folder}, or one of sentence-transformers, which may hold it in a
     * folder of its own.
     *
     * @throws org.modernbert4j.InputException as of {@link #folder}
     */
    public Path encoderFolder() {
        Path folder = located(HubFiles.ALL);
        return Files.exists(folder.resolve(OwnFiles.MODULES)) ? folder : withConfiguration(folder);
    }

    private Path withConfiguration(Path folder) {
        if (!Files.exists(folder.resolve(ModernBertConfig.FILE))) {
            OtherModel.refuse(folder);
            throw new InputException(folder + ": found a folder without " + ModernBertConfig.FILE + ", expected "
                    + EXPECTED + "; " + remedy());
        }
        return folder;
    }

    private Path located(HubFiles files) {
        Path path = InputPath.of(text);
        Optional<HubName> name = HubName.parse(text);
        if (name.isPresent() && !Files.exists(path) && !isMeantAsPath(name.get())) {
            return hub().model(name.get(), files);
        }
        return RunFolder.model(InputPath.folder(path, EXPECTED, remedy()));
    }

    private String remedy() {
        return HubName.parse(text)
                .map(name ->
                        "check the path, or write " + name.repository() + "@main for a model on the Hugging Face Hub")
                .orElse("check the path; models on the Hugging Face Hub are called owner/name");
    }

    private boolean isMeantAsPath(HubName name) {
        boolean isFolder = USUAL_FOLDERS.contains(name.owner()) || Files.isDirectory(Path.of(name.owner()));
        return text.indexOf('@') < 0 && (isFolder || FILE.matcher(text).matches());
    }

    /** The Hub as the environment has it; downloads show on standard error. */
    static Hub hub() {
        return new Hub(HubSettings.of(System.getenv()), ProgressLine.onStandardError());
    }

    @Override
    public String toString() {
        return text;
    }
}
