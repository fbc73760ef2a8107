package org.modernbert4j.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.modernbert4j.backend.cpu.Buffers.FLOAT_SUM;
import static org.modernbert4j.backend.cpu.Buffers.assertClose;
import static org.modernbert4j.backend.cpu.Buffers.doubles;
import static org.modernbert4j.backend.cpu.Buffers.input;
import static org.modernbert4j.backend.cpu.Buffers.output;
import static org.modernbert4j.backend.cpu.Buffers.random;
import static org.modernbert4j.backend.cpu.Buffers.run;
import static org.modernbert4j.backend.cpu.Buffers.values;

import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.backend.nd4j.NdArray;

class CrossEntropyKernelTest {
    private static final CpuBackend CPU = new CpuBackend(2);

    @AfterAll
    static void close() {
        CPU.close();
    }

    private static double loss(double[] logits, int[] labels, int classes) {
        double loss = 0;
        for (int row = 0; row < labels.length; row++) {
            if (labels[row] < 0) {
                continue;
            }
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += Math.exp(logits[row * classes + c]);
            }
            loss += Math.log(sum) - logits[row * classes + labels[row]];
        }
        return loss;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 17})
    void equalsTheDefinition(int classes) {
        int[] labels = {1, 0, -100, classes - 1, -1};
        FloatBuffer logits = random(labels.length * classes, 1);
        float scale = 0.3f;
        double expected = scale * loss(doubles(logits), labels, classes);
        assertEquals((float) expected, forward(logits, labels, classes, scale));

        double[] slopes =
                Slopes.of(at -> new double[] {loss(at, labels, classes)}, doubles(logits), new double[] {scale});
        assertClose(slopes, logitsGradient(logits, labels, classes, scale), FLOAT_SUM);
    }

    private static float forward(FloatBuffer logits, int[] labels, int classes, float scale) {
        NdArray loss = output(1);
        run(
                CPU,
                "modernbert_cross_entropy",
                List.of(input(logits, labels.length, classes), input(labels), input(Buffers.of(scale), 1)),
                loss);
        return values(loss).get(0);
    }

    private static FloatBuffer logitsGradient(FloatBuffer logits, int[] labels, int classes, float scale) {
        NdArray dLogits = output(labels.length, classes);
        run(
                CPU,
                "modernbert_cross_entropy_dx",
                List.of(
                        input(Buffers.of(1), 1),
                        input(logits, labels.length, classes),
                        input(labels),
                        input(Buffers.of(scale), 1)),
                dLogits);
        return values(dLogits);
    }

    /** A loss near zero shows what the sum before it has lost: in float32 it would be zero. */
    @Test
    void isComputedInDoublePrecision() {
        double expected = Math.log1p(Math.exp(-20));
        assertEquals(expected, forward(Buffers.of(20, 0), new int[] {0}, 2, 1), 1e-14);

        int rows = 100_000; // a float32 sum of as many equal numbers is off in the fourth digit
        float sum = forward(Buffers.of(new float[2 * rows]), new int[rows], 2, 1);
        assertEquals((float) (rows * Math.log(2)), sum);
    }

    @Test
    void hugeLogitsDoNotOverflow() {
        FloatBuffer logits = Buffers.of(1e30f, 0, -1e30f);
        assertEquals(0, forward(logits, new int[] {0}, 3, 1));
        assertClose(new double[] {1, -1, 0}, logitsGradient(logits, new int[] {1}, 3, 1), 0);
    }
}
