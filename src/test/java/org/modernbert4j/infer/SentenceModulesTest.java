package org.modernbert4j.infer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.InputException;
import org.modernbert4j.backend.Pooling;

/** The folders that {@code make_sentence_transformers.py} made, with the library's vectors. */
class SentenceModulesTest {
    private static final Path FOLDERS = Path.of("src", "test", "resources", "sentence");
    private static final float TOLERANCE = 1e-5f;

    @TempDir
    private Path temp;

    private record Expected(List<String> texts, List<float[]> vectors) {}

    private static Expected expected(String name) throws IOException {
        return new Gson().fromJson(Files.readString(FOLDERS.resolve(name).resolve("expected.json")), Expected.class);
    }

    @ParameterizedTest
    @CsvSource({"mean-normalized, MEAN", "cls-prompted, CLS", "older, LAST_TOKEN"})
    void vectorsAreThoseOfTheLibrary(String name, Pooling pooling) throws IOException {
        Expected expected = expected(name);
        try (TextEncoder encoder = TextEncoder.open(FOLDERS.resolve(name))) {
            assertEquals(Optional.of(pooling), encoder.pooling());
            for (int i = 0; i < expected.texts.size(); i++) {
                float[] found = encoder.encode(expected.texts.get(i), encoder.pooling());
                assertArrayEquals(expected.vectors.get(i), found, TOLERANCE, expected.texts.get(i));
            }
        }
    }

    @Test
    void aPromptIsSaid() {
        Path folder = FOLDERS.resolve("cls-prompted");
        try (TextEncoder encoder = TextEncoder.open(folder)) {
            assertTrue(
                    encoder.notes().contains(folder + ": its prompt query, \"find: \", stands before every text"),
                    encoder.notes().toString());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"pooling_mode\": [\"mean\"]} | MEAN",
                "{\"pooling_mode\": \"lasttoken\"} | LAST_TOKEN",
                "{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false} | CLS",
                "{\"pooling_mode_cls_token\": true, \"pooling_mode\": \"mean\"} | MEAN",
                "{} | MEAN",
                "{\"pooling_mode\": [\"mean\", \"cls\"]} | found mean and cls, expected one of [cls, lasttoken, mean]",
                "{\"pooling_mode_max_tokens\": true} | found max, expected one of",
                "{\"pooling_mode_mean_sqrt_len_tokens\": true} | found mean_sqrt_len, expected one of",
            })
    void aPoolingIsReadOfEveryVersion(String config, String wanted) throws IOException {
        Files.writeString(
                temp.resolve("modules.json"),
                """
                [{"path": "", "type": "sentence_transformers.models.Transformer"},
                 {"path": "p", "type": "sentence_transformers.models.Pooling"}]
                """);
        Files.writeString(Files.createDirectory(temp.resolve("p")).resolve("config.json"), config);
        if (wanted.startsWith("found")) {
            String refused = assertThrows(InputException.class, () -> SentenceModules.of(temp))
                    .getMessage();
            assertTrue(refused.contains(wanted), refused);
        } else {
            assertEquals(
                    Optional.of(Pooling.valueOf(wanted)),
                    SentenceModules.of(temp).pooling());
        }
    }

    @ParameterizedTest
    @CsvSource({"mean-normalized", "cls-prompted", "older"})
    void whatIsWrittenIsReadAgain(String name) throws IOException {
        SentenceModules modules = SentenceModules.of(FOLDERS.resolve(name));
        modules.write(temp, 8);
        SentenceModules found = SentenceModules.of(temp);
        assertEquals(temp, found.transformer());
        assertEquals(modules.pooling(), found.pooling());
        assertEquals(modules.normalizes(), found.normalizes());
        assertEquals(modules.texts(), found.texts());
    }

    @Test
    void aFolderWithoutModulesIsAnEncoderAlone() {
        SentenceModules none = SentenceModules.of(temp);
        assertEquals(temp, none.transformer());
        assertEquals(Optional.empty(), none.pooling());
        assertEquals(List.of(), none.notes());
    }
}
