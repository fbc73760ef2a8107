package org.modernbert4j.infer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.modernbert4j.TinyCheckpoint.MODEL;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.InputException;
import org.modernbert4j.Progress;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.data.Text;
import org.modernbert4j.data.Texts;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.safetensors.SafetensorsFile;

/** Against the hidden states that transformers gave, stored padded. */
class TextEncoderTest {
    private static final Path FIXTURES = Path.of("src", "test", "resources", "fixtures");
    private static final double TOLERANCE = 1e-4;
    private static final Optional<Pooling> NONE = Optional.empty();
    private static final Optional<Pooling> MEAN = Optional.of(Pooling.MEAN);

    private static TextEncoder open(Path folder, int layer) {
        return open(folder, OptionalInt.of(layer), OptionalInt.empty());
    }

    private static TextEncoder open(Path folder, OptionalInt layer, OptionalInt maxLength) {
        return TextEncoder.open(folder, layer, maxLength, Backends.ofProcess(), Precision.FLOAT32);
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
            texts.add(new TokenizedText(texts.size(), ofText));
        }
        return texts;
    }

    private static int length(SafetensorsFile file) {
        return Math.toIntExact(file.tensor("input_ids").shape().get(1));
    }

    private static float[][] encode(
            TextEncoder encoder, List<TokenizedText> texts, Optional<Pooling> pooling, int batchSize) {
        float[][] vectors = new float[texts.size()][];
        encoder.encode("text", texts, pooling, batchSize, (rows, text) -> vectors[text] = copy(rows), Progress.NONE);
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
                    for (Optional<Pooling> pooling : poolings()) {
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

    private static List<Optional<Pooling>> poolings() {
        return Stream.concat(Stream.of(NONE), Arrays.stream(Pooling.values()).map(Optional::of))
                .toList();
    }

    /** Padding is not kept, so the last row is that of the last token. */
    private static double[] pooled(float[] rows, Optional<Pooling> pooling, int hidden) {
        if (pooling.isEmpty()) {
            return row(rows, 0, rows.length);
        }
        return switch (pooling.get()) {
            case CLS -> row(rows, 0, hidden);
            case LAST_TOKEN, LAST_ROW -> row(rows, rows.length - hidden, hidden);
            case MEAN -> {
                double[] mean = new double[hidden];
                for (int i = 0; i < rows.length; i++) {
                    mean[i % hidden] += rows[i] / ((double) rows.length / hidden);
                }
                yield mean;
            }
        };
    }

    private static double[] row(float[] rows, int from, int length) {
        return IntStream.range(from, from + length).mapToDouble(i -> rows[i]).toArray();
    }

    private static void assertClose(double[] wanted, float[] found, String what) {
        assertEquals(wanted.length, found.length, what);
        for (int i = 0; i < wanted.length; i++) {
            assertEquals(wanted[i], found[i], TOLERANCE * Math.max(1, Math.abs(wanted[i]) / 10), what + " at " + i);
        }
    }

    @Test
    void theLastLayerIsMeantIfNoneIsNamed() {
        try (TextEncoder unnamed = TextEncoder.open(MODEL);
                TextEncoder last = open(MODEL, 4)) {
            assertEquals(4, unnamed.layer());
            assertArrayEquals(last.encode("Матч окончен.", NONE), unnamed.encode("Матч окончен.", NONE));
        }
    }

    @Test
    void theBatchDoesNotMatter() {
        try (TextEncoder encoder = open(MODEL, 2)) {
            List<TokenizedText> texts = encoder.tokenize(
                    new Texts(
                            "text",
                            List.of(new Text(0, "Дождь ".repeat(20)), new Text(4, ""), new Text(9, "Матч начался.")),
                            10),
                    Progress.NONE);
            assertEquals(
                    List.of(0, 4, 9), texts.stream().map(TokenizedText::row).toList());
            float[][] together = encode(encoder, texts, MEAN, 3);
            float[][] alone = encode(encoder, texts, MEAN, 1);
            for (int i = 0; i < texts.size(); i++) {
                assertArrayEquals(together[i], alone[i], 1e-5f);
            }
            assertArrayEquals(alone[2], encoder.encode("Матч начался.", MEAN));
        }
    }

    @Test
    void textsAreCut() {
        try (TextEncoder encoder = open(MODEL, OptionalInt.empty(), OptionalInt.of(5))) {
            assertEquals(5 * encoder.hidden(), encoder.encode("слово ".repeat(99), NONE).length);
        }
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "256, 256", "1000, 256", "1000000000000000019884624838656, 256", "null, 256"})
    void textsAreCutToTheTokenizersLengthAndThePositions(String modelMaxLength, int expected, @TempDir Path temp)
            throws IOException {
        Path folder = TinyCheckpoint.copyTo(temp.resolve("model"));
        Path file = folder.resolve("tokenizer_config.json");
        Files.writeString(file, Files.readString(file).replace("_length\": 256", "_length\": " + modelMaxLength));
        try (TextEncoder encoder = open(folder, OptionalInt.empty(), OptionalInt.empty())) {
            assertEquals(expected * encoder.hidden(), encoder.encode("слово ".repeat(999), NONE).length);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 5})
    void aLayerThatIsNotThereIsRefused(int layer) {
        String message =
                assertThrows(InputException.class, () -> open(MODEL, layer)).getMessage();
        assertTrue(
                message.startsWith("layer " + layer + " is out of range; use a number from 0 to 4, as " + MODEL),
                message);
    }
}
