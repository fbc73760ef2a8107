package org.modernbert4j.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.model.ParameterId.EmbeddingNorm;
import org.modernbert4j.model.ParameterId.FinalNorm;
import org.modernbert4j.model.ParameterId.HeadParameter;
import org.modernbert4j.model.ParameterId.LayerParameter;
import org.modernbert4j.model.ParameterId.Part;
import org.modernbert4j.model.ParameterId.Role;
import org.modernbert4j.model.ParameterId.TokenEmbedding;

class InitializerTest {
    private static final int COUNT = 100_000;
    private static final ModernBertConfig CONFIG = ModernBertConfig.read(TinyCheckpoint.MODEL);

    /** What is left of a deviation when a normal distribution is cut at twice it. */
    private static final double CUT = 0.87962566;

    private static float[] fill(ParameterId id, long seed) {
        float[] values = new float[COUNT];
        new Initializer(CONFIG, seed).fill(id, FloatBuffer.wrap(values));
        return values;
    }

    private static LayerParameter weight(int layer, Role role) {
        return new LayerParameter(layer, role, Part.WEIGHT);
    }

    @Test
    void valuesFollowFromSeedAndName() {
        ParameterId id = weight(1, Role.QUERY);
        assertArrayEquals(fill(id, 1), fill(id, 1));
        assertFalse(Arrays.equals(fill(id, 1), fill(id, 2)));
        assertFalse(Arrays.equals(fill(id, 1), fill(weight(2, Role.QUERY), 1)));
    }

    static Stream<Arguments> normals() {
        double range = 0.02;
        double out = range / Math.sqrt(2 * 4);
        return Stream.of(
                Arguments.of(new TokenEmbedding(), range),
                Arguments.of(weight(0, Role.QUERY), range),
                Arguments.of(weight(3, Role.MLP_INPUT), range),
                Arguments.of(weight(2, Role.ATTENTION_OUTPUT), out),
                Arguments.of(weight(2, Role.MLP_OUTPUT), out),
                Arguments.of(new HeadParameter("dense", "weight"), out),
                Arguments.of(new HeadParameter("classifier", "weight"), 1 / Math.sqrt(16)));
    }

    @ParameterizedTest
    @MethodSource("normals")
    void matricesAreNormalAndCutAtTwiceTheDeviation(ParameterId id, double deviation) {
        float[] values = fill(id, 42);
        double largest = stream(values).map(Math::abs).max().orElseThrow();
        assertTrue(largest <= 2 * deviation * (1 + 1e-6) && largest > 1.99 * deviation, "largest " + largest);
        assertEquals(0, mean(values), 0.02 * deviation);
        assertEquals(CUT * deviation, deviation(values), 0.01 * deviation);
    }

    static Stream<ParameterId> uniforms() {
        return Stream.of(
                new HeadParameter("fc", "weight"),
                new HeadParameter("fc", "bias"),
                new HeadParameter("lstm", "weight_hh_l0"),
                new HeadParameter("lstm", "bias_ih_l0"));
    }

    @ParameterizedTest
    @MethodSource("uniforms")
    void newHeadsAreUniformAsTorchHasThem(ParameterId id) {
        double bound = 1 / Math.sqrt(16);
        float[] values = fill(id, 42);
        double largest = stream(values).map(Math::abs).max().orElseThrow();
        assertTrue(largest <= bound && largest > 0.999 * bound, "largest " + largest);
        assertEquals(0, mean(values), 0.01 * bound);
        assertEquals(bound / Math.sqrt(3), deviation(values), 0.01 * bound);
    }

    static Stream<Arguments> constants() {
        return Stream.of(
                Arguments.of(new EmbeddingNorm(Part.WEIGHT), 1),
                Arguments.of(weight(1, Role.ATTENTION_NORM), 1),
                Arguments.of(new FinalNorm(Part.WEIGHT), 1),
                Arguments.of(new HeadParameter("norm", "weight"), 1),
                Arguments.of(new FinalNorm(Part.BIAS), 0),
                Arguments.of(new LayerParameter(1, Role.MLP_INPUT, Part.BIAS), 0),
                Arguments.of(new HeadParameter("classifier", "bias"), 0),
                Arguments.of(new HeadParameter("decoder", "bias"), 0));
    }

    @ParameterizedTest
    @MethodSource("constants")
    void normsAreOnesAndBiasesZeros(ParameterId id, float value) {
        for (float found : fill(id, 42)) {
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
}
