package org.modernbert4j.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Ids of a whole checkpoint against those of transformers: {@code -Dreference.dir} names a folder with {@code model/}
 * and {@code tokenization.json}, a list of texts with {@code input_ids} and {@code attention_mask}, cut to 64 tokens.
 */
@EnabledIfSystemProperty(named = "reference.dir", matches = ".+")
class ReferenceTokenizationTest {
    private static final int MAX_LENGTH = 64;

    private record Padded(
            String text,
            @SerializedName("input_ids") List<Integer> ids,
            @SerializedName("attention_mask") List<Integer> mask) {
        List<Integer> unpadded() {
            return ids.subList(0, Collections.frequency(mask, 1));
        }
    }

    @Test
    void idsAreThoseOfTransformers() throws IOException {
        Path folder = Path.of(System.getProperty("reference.dir"));
        List<Padded> texts =
                List.of(new Gson().fromJson(Files.readString(folder.resolve("tokenization.json")), Padded[].class));

        assertFalse(texts.isEmpty());
        try (HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(folder.resolve("model"))) {
            for (Padded padded : texts) {
                int[] ids = tokenizer.encode(padded.text(), MAX_LENGTH);
                assertEquals(padded.unpadded(), Arrays.stream(ids).boxed().toList(), padded::text);
            }
        }
    }
}
