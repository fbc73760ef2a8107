package org.modernbert4j.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.TinyCheckpoint;

class InitializationTest {
    private static final int COUNT = 100_000;
    private static final ModernBertConfig CONFIG = ModernBertConfig.read(TinyCheckpoint.MODEL);

    /** What is left of a deviation when a normal distribution is cut at twice it. */
    private static final double CUT = 0.87962566;

    /** The values that a parameter of the encoder with a head begins with, but more of them. */
    private static float[] fill(Head head, String name, long seed) {
        Parameter parameter = named(name, Architecture.of(CONFIG, head));
        float[] values = new float[COUNT];
        parameter.initialization().fill(name, seed, FloatBuffer.wrap(values));
        return values;
    }

    private static float[] fill(String name, long seed) {
        return fill(Head.named("published", 3, 0), name, seed);
    }

    @Test
    void valuesFollowFromSeedAndName() {
        String name = "layers.1.attn.q.weight";
        assertArrayEquals(fill(name, 1), fill(name, 1));
        assertFalse(Arrays.equals(fill(name, 1), fill(name, 2)));
        assertFalse(Arrays.equals(fill(name, 1), fill("layers.2.attn.q.weight", 1)));
    }

    static Stream<Arguments> normals() {
        double range = 0.02;
        double out = range / Math.sqrt(2 * 4);
        return Stream.of(
                Arguments.of("embeddings.tok_embeddings.weight", range),
                Arguments.of("layers.0.attn.q.weight", range),
                Arguments.of("layers.3.mlp.wi.weight", range),
                Arguments.of("layers.2.attn.o.weight", out),
                Arguments.of("layers.2.mlp.wo.weight", out),
                Arguments.of("head.dense.weight", out),
                Arguments.of("head.classifier.weight", 1 / Math.sqrt(16)));
    }

    @ParameterizedTest
    @MethodSource("normals")
    void matricesAreNormalAndCutAtTwiceTheDeviation(String name, double deviation) {
        float[] values = fill(name, 42);
        double largest = stream(values).map(Math::abs).max().orElseThrow();
        assertTrue(largest <= 2 * deviation * (1 + 1e-6) && largest > 1.99 * deviation, "largest " + largest);
        assertEquals(0, mean(values), 0.02 * deviation);
        assertEquals(CUT * deviation, deviation(values), 0.01 * deviation);
    }

    @ParameterizedTest
    @ValueSource(strings = {"head.fc.weight", "head.fc.bias", "head.lstm.weight_hh_l0", "head.lstm.bias_ih_l0"})
    void newHeadsAreUniformAsTorchHasThem(String name) {
        double bound = 1 / Math.sqrt(16);
        float[] values = fill(Head.named("lstm", 3, 0), name, 42);
        double largest = stream(values).map(Math::abs).max().orElseThrow();
        assertTrue(largest <= bound && largest > 0.999 * bound, "largest " + largest);
        assertEquals(0, mean(values), 0.01 * bound);
        assertEquals(bound / Math.sqrt(3), deviation(values), 0.01 * bound);
    }

    @ParameterizedTest
    @CsvSource({
        "embeddings.norm.weight, 1",
        "layers.1.attn_norm.weight, 1",
        "final_norm.weight, 1",
        "head.norm.weight, 1",
        "final_norm.bias, 0",
        "layers.1.mlp.wi.bias, 0",
        "head.classifier.bias, 0"
    })
    void normsAreOnesAndBiasesZeros(String name, float value) {
        Path biased = Path.of("src/test/resources/fixtures/newer-layout/model");
        assertConstant(value, ModernBertConfig.read(biased), Head.named("published", 3, 0), name);
    }

    @Test
    void theDecodersBiasIsZero() {
        assertConstant(0, CONFIG, new MaskedLanguageModelHead(320), "head.decoder.bias");
    }

    private static void assertConstant(float value, ModernBertConfig config, Head head, String name) {
        Parameter parameter = named(name, Architecture.of(config, head));
        float[] values = new float[COUNT];
        parameter.initialization().fill(name, 42, FloatBuffer.wrap(values));
        for (float found : values) {
            assertEquals(value, found);
        }
    }

    private static DoubleStream stream(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]);
    }

    private static double mean(float[] values) {
        return stream(values).average().orElseThrow();
    }

    private static double deviation(float[] values) {
        return Math.sqrt(stream(values).map(x -> x * x).average().orElseThrow());
    }

    private static Parameter named(String name, Architecture architecture) {
        return architecture.parameters().stream()
                .filter(parameter -> parameter.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
