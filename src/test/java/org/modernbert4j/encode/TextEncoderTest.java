package org.modernbert4j.encode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.modernbert4j.TinyCheckpoint.MODEL;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.InputException;
import org.modernbert4j.Progress;
import org.modernbert4j.data.Text;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.ops.Precision;
import org.modernbert4j.safetensors.SafetensorsFile;

/** Against the hidden states that transformers gave, stored padded. */
class TextEncoderTest {
    private static final Path FIXTURES = Path.of("src", "test", "resources", "fixtures");
    private static final double TOLERANCE = 1e-4;

    private static TextEncoder open(Path folder, int layer) {
        return TextEncoder.open(folder, OptionalInt.of(layer), OptionalInt.empty(), Precision.FLOAT32);
    }

    private static List<TokenizedText> texts(SafetensorsFile file) {
        int length = length(file);
        long[] ids = file.longs("input_ids");
        long[] mask = file.longs("attention_mask");
        List<TokenizedText> texts = new ArrayList<>();
        for (int start = 0; start < ids.length; start += length) {
            int tokens = (int) Arrays.stream(mask, start, start + length).sum();
            int[] ofText = Arrays.stream(ids, start, start + tokens)
                    .mapToInt(Math::toIntExact)
                    .toArray();
            texts.add(new TokenizedText(texts.size(), ofText, 0));
        }
        return texts;
    }

    private static int length(SafetensorsFile file) {
        return Math.toIntExact(file.tensor("input_ids").shape().get(1));
    }

    private static float[][] encode(
            TextEncoder encoder, List<TokenizedText> texts, TextPooling pooling, int batchSize) {
        float[][] vectors = new float[texts.size()][];
        encoder.encode(texts, pooling, batchSize, (rows, text) -> vectors[text] = copy(rows), Progress.NONE);
        return vectors;
    }

    private static float[] copy(FloatBuffer rows) {
        float[] copy = new float[rows.remaining()];
        rows.get(0, copy);
        return copy;
    }

    @ParameterizedTest
    @ValueSource(strings = {"older-layout", "newer-layout"})
    void everyLayerAndPoolingIsThatOfTransformers(String fixture) {
        Path folder = FIXTURES.resolve(fixture);
        try (SafetensorsFile expected = SafetensorsFile.open(folder.resolve("forward.safetensors"))) {
            List<TokenizedText> texts = texts(expected);
            assertTrue(texts.stream().map(text -> text.ids().length).distinct().count() > 1, "texts of one length");
            int layers = 0;
            while (expected.tensors().containsKey("hidden_states." + layers)) {
                try (TextEncoder encoder = open(folder.resolve("model"), layers)) {
                    float[] states = expected.floats("hidden_states." + layers);
                    for (TextPooling pooling : TextPooling.values()) {
                        float[][] vectors = encode(encoder, texts, pooling, 3);
                        for (int i = 0; i < texts.size(); i++) {
                            int from = i * length(expected) * encoder.hidden();
                            int tokens = texts.get(i).ids().length;
                            float[] rows = Arrays.copyOfRange(states, from, from + tokens * encoder.hidden());
                            assertClose(pooled(rows, pooling, encoder.hidden()), vectors[i], pooling + " of " + i);
                        }
                    }
                }
                layers++;
            }
            assertTrue(layers > 1, "no hidden states in the fixture");
        }
    }

    private static double[] pooled(float[] rows, TextPooling pooling, int hidden) {
        int kept = pooling == TextPooling.NONE ? rows.length : hidden;
        double[] wanted = new double[kept];
        for (int i = 0; i < rows.length; i++) {
            switch (pooling) {
                case NONE -> wanted[i] = rows[i];
                case CLS -> wanted[i % hidden] += i < hidden ? rows[i] : 0;
                case MEAN -> wanted[i % hidden] += rows[i] / ((double) rows.length / hidden);
            }
        }
        return wanted;
    }

    private static void assertClose(double[] wanted, float[] found, String what) {
        assertEquals(wanted.length, found.length, what);
        for (int i = 0; i < wanted.length; i++) {
            assertEquals(wanted[i], found[i], TOLERANCE * Math.max(1, Math.abs(wanted[i]) / 10), what + " at " + i);
        }
    }

    @Test
    void theLastLayerIsMeantIfNoneIsNamed() {
        try (TextEncoder unnamed =
                        TextEncoder.open(MODEL, OptionalInt.empty(), OptionalInt.empty(), Precision.FLOAT32);
                TextEncoder last = open(MODEL, 4)) {
            assertEquals(4, unnamed.layer());
            assertArrayEquals(
                    last.encode("Матч окончен.", TextPooling.NONE), unnamed.encode("Матч окончен.", TextPooling.NONE));
        }
    }

    @Test
    void theBatchDoesNotMatter() {
        try (TextEncoder encoder = open(MODEL, 2)) {
            List<TokenizedText> texts = encoder.tokenize(
                    List.of(new Text(0, "Дождь ".repeat(20)), new Text(4, ""), new Text(9, "Матч начался.")),
                    Progress.NONE);
            assertEquals(
                    List.of(0, 4, 9), texts.stream().map(TokenizedText::row).toList());
            float[][] together = encode(encoder, texts, TextPooling.MEAN, 3);
            float[][] alone = encode(encoder, texts, TextPooling.MEAN, 1);
            for (int i = 0; i < texts.size(); i++) {
                assertArrayEquals(together[i], alone[i], 1e-5f);
            }
            assertArrayEquals(alone[2], encoder.encode("Матч начался.", TextPooling.MEAN));
        }
    }

    @Test
    void textsAreCut() {
        try (TextEncoder encoder = TextEncoder.open(MODEL, OptionalInt.empty(), OptionalInt.of(5), Precision.FLOAT32)) {
            assertEquals(5 * encoder.hidden(), encoder.encode("слово ".repeat(99), TextPooling.NONE).length);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 5})
    void aLayerThatIsNotThereIsRefused(int layer) {
        String message =
                assertThrows(InputException.class, () -> open(MODEL, layer)).getMessage();
        assertTrue(
                message.contains("found no hidden states " + layer + ", the model has 4 layers; use 0 to 4"), message);
    }
}
