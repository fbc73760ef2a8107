package org.modernbert4j.checkpoint;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.modernbert4j.InputException;
import org.modernbert4j.OutputFile;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonFile;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.model.PublishedHead;
import org.modernbert4j.tokenizer.TokenizerFiles;

/**
 * The head of a saved classifier and its maximum text length. Where transformers has a class for the head, {@code config.json} names
 * that class and {@code tokenizer_config.json} the length. Of other heads {@code head.json} tells both; its fields have the names of
 * these components.
 *
 * @param head name of the head, one of {@link Head#names}
 * @param dropout dropout rate in training
 * @param maxLength maximum tokens; longer texts are cut
 */
public record HeadSettings(String head, double dropout, int maxLength) {
    /** The name of the file. */
    public static final String FILE = "head.json";

    private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

    /**
     * Writes what the other files of a saved model do not tell yet.
     *
     * @param folder with the tokenizer's files
     * @throws InputException if a file cannot be written
     */
    public void write(Path folder) {
        if (head.equals(PublishedHead.NAME)) {
            TokenizerFiles.writeMaxLength(folder, maxLength);
        } else {
            OutputFile.write(folder.resolve(FILE), GSON.toJson(this), "make room");
        }
    }

    /**
     * The settings of a saved classifier; empty if the folder holds none.
     *
     * @param config of the folder
     * @throws InputException if a file is broken, or names an unknown head
     */
    public static Optional<HeadSettings> of(Path folder, ModernBertConfig config) {
        return find(folder).or(() -> config.publishedClass()
                .filter(PublishedHead.CLASS::equals)
                .map(published -> published(folder, config)));
    }

    private static HeadSettings published(Path folder, ModernBertConfig config) {
        int positions = config.encoder().maxPositions();
        int length = TokenizerFiles.maxLength(folder).orElse(positions);
        return new HeadSettings(PublishedHead.NAME, config.classifier().dropout(), Math.min(length, positions));
    }

    /** Reads the file, if the folder has it. */
    private static Optional<HeadSettings> find(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        JsonFields fields = JsonFile.read(file, "train again");
        String head = fields.text("head");
        if (!Head.names().contains(head)) {
            throw fields.error("head", head, "one of " + Head.names());
        }
        double dropout = fields.number("dropout");
        if (dropout < 0 || dropout >= 1) {
            throw fields.error("dropout", dropout, "a share from 0 to below 1");
        }
        return Optional.of(
                new HeadSettings(head, dropout, fields.get("maxLength").integerFrom(1)));
    }

    /** The head, for a number of classes. */
    public Head head(int classes) {
        return Head.named(head, classes, dropout);
    }
}
