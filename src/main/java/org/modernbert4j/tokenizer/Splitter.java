package org.modernbert4j.tokenizer;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.modernbert4j.InputException;
import org.modernbert4j.Reason;
import org.modernbert4j.json.JsonFields;

/** What the native library does with one tokenizer.json. May be used from several threads at once. */
interface Splitter extends AutoCloseable {
    /** The native library does not take it. */
    String BYTE_ORDER_MARK = "\uFEFF";

    /**
     * The tokens of a text.
     *
     * @param ids of the tokens
     * @param special 1 for each token that was put around the text, else 0
     */
    record Tokens(long[] ids, long[] special) {}

    /**
     * Splits a text.
     *
     * @param special whether to put the special tokens around it
     * @throws InputException if the library cannot
     */
    Tokens encode(String text, boolean special);

    /**
     * The text of some tokens, special ones included.
     *
     * @throws InputException if the library cannot
     */
    String decode(long[] ids);

    @Override
    void close();

    /**
     * Opens a tokenizer.json: in this process if it is made of parts that are known to be safe, else in a process of its own, as the
     * native library ends its process where it meets what it does not expect.
     *
     * @param fields of the file
     * @param vocabulary its tokens, and those that are added to them
     * @throws InputException if the file cannot be read or used
     */
    static Splitter open(Path tokenizerFile, JsonFields fields, Vocabulary vocabulary) {
        try {
            byte[] json = withAdded(Files.readString(tokenizerFile), vocabulary).getBytes(StandardCharsets.UTF_8);
            String where = tokenizerFile.toString();
            return SafeParts.make(fields)
                    ? new DjlSplitter(json, where)
                    : new ProcessSplitter(json, where, ProcessSplitter.PATIENCE);
        } catch (IOException e) {
            throw new InputException(tokenizerFile + ": cannot be read (" + Reason.of(e) + "); check the file", e);
        }
    }

    /** The file with all tokens that were added; as it is, but for a byte order mark, where it has them. */
    private static String withAdded(String json, Vocabulary vocabulary) {
        String text = json.startsWith(BYTE_ORDER_MARK) ? json.substring(1) : json;
        if (vocabulary.isListed()) {
            return text;
        }
        JsonObject tokenizer = JsonParser.parseString(text).getAsJsonObject();
        tokenizer.add("added_tokens", vocabulary.addedAsJson());
        return tokenizer.toString();
    }
}
