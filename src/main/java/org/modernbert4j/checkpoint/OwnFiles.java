package org.modernbert4j.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.modernbert4j.InputException;
import org.modernbert4j.Reason;
import org.modernbert4j.TemporaryNames;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.safetensors.SafetensorsFolder;
import org.modernbert4j.tokenizer.TokenizerFiles;

/**
 * The files that this project writes into the folder of a model or of a checkpoint. They are known by their names, and nothing else in
 * such a folder is ever removed.
 */
public final class OwnFiles {
    /** The state of the optimizer. */
    public static final String OPTIMIZER = "optimizer.safetensors";

    /** The state of the run. */
    public static final String STATE = "trainer_state.json";

    /** The card of a model. */
    public static final String CARD = "README.md";

    /** The parts of a model of sentence-transformers. */
    public static final String MODULES = "modules.json";

    /** How a model of sentence-transformers takes texts. */
    public static final String SENTENCE_TEXTS = "sentence_bert_config.json";

    /** The prompts of a model of sentence-transformers. */
    public static final String SENTENCE_PROMPTS = "config_sentence_transformers.json";

    /** The folder in a model of sentence-transformers that says how rows become one. */
    public static final String SENTENCE_POOLING = "1_Pooling";

    private static final Set<String> NAMES = Stream.concat(
                    TokenizerFiles.NAMES.stream(),
                    Stream.of(
                            ModernBertConfig.FILE,
                            SafetensorsFolder.SINGLE,
                            HeadSettings.FILE,
                            Checksums.FILE,
                            OPTIMIZER,
                            STATE,
                            MODULES,
                            SENTENCE_TEXTS,
                            SENTENCE_PROMPTS,
                            CARD))
            .collect(Collectors.toUnmodifiableSet());

    /** Read of published models as well. */
    private static final Pattern SHARD = Pattern.compile("model.*\\.safetensors(\\.index\\.json)?");

    private OwnFiles() {}

    /** Whether a file in such a folder is one of ours. Folders never are. */
    public static boolean isOwn(Path file) {
        return !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
                && (NAMES.contains(TemporaryNames.whole(file)) || TemporaryNames.isTemporary(file));
    }

    /**
     * The files of a model that a command may read.
     *
     * @param folder of the model; it may be missing
     * @throws InputException if the folder cannot be read
     */
    public static List<Path> ofModel(Path folder) {
        return Files.isDirectory(folder)
                ? list(folder).stream()
                        .filter(file -> isOwn(file)
                                || SHARD.matcher(file.getFileName().toString()).matches())
                        .toList()
                : List.of();
    }

    /**
     * All in a folder, by name; ours or not.
     *
     * @throws InputException if it cannot be read
     */
    public static List<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new InputException(folder + ": cannot be read (" + Reason.of(e) + "); use another folder", e);
        }
    }

    /**
     * Removes our files from a folder, and the folder if nothing else is in it. If there is no folder, nothing happens.
     *
     * @return a file that is not ours and stays, if there is one
     */
    static Optional<Path> remove(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return Files.exists(folder, LinkOption.NOFOLLOW_LINKS) ? Optional.of(folder) : Optional.empty();
        }
        Optional<Path> stays = Optional.empty();
        for (Path file : list(folder)) {
            if (isOwn(file)) {
                Files.delete(file);
            } else {
                stays = Optional.of(file);
            }
        }
        if (stays.isEmpty()) {
            Files.delete(folder);
        }
        return stays;
    }
}
