package org.modernbert4j.tokenizer;

import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.modernbert4j.Progress;

/** The corpus that the tests learn from, and what Hugging Face's own library makes of it. */
final class Fixture {
    static final List<String> CORPUS = resource("corpus.txt").lines().toList();
    static final Golden GOLDEN = new Gson().fromJson(resource("tokenization.json"), Golden.class);

    private Fixture() {}

    /** tokenization.json, written by make_tokenization.py. */
    record Golden(@SerializedName("vocabulary_size") int vocabularySize, List<List<String>> merges, List<Text> texts) {}

    /** A text cut to a length, and its ids. */
    record Text(String text, @SerializedName("max_length") int maxLength, List<Integer> ids) {}

    /** Trains the golden file's tokenizer into a folder. */
    static Path trainInto(Path folder) {
        BpeTrainer.train(CORPUS, GOLDEN.vocabularySize(), folder, Progress.NONE);
        return folder;
    }

    private static String resource(String name) {
        try (InputStream stream = Fixture.class.getResourceAsStream("/tokenizer/" + name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }
}
