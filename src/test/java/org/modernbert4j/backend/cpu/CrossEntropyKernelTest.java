package org.modernbert4j.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.modernbert4j.backend.cpu.Buffers.FLOAT_SUM;
import static org.modernbert4j.backend.cpu.Buffers.assertClose;
import static org.modernbert4j.backend.cpu.Buffers.doubles;
import static org.modernbert4j.backend.cpu.Buffers.random;
import static org.modernbert4j.backend.cpu.Buffers.result;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrossEntropyKernelTest {
    private static final Workers WORKERS = new Workers(2);

    @AfterAll
    static void close() {
        WORKERS.close();
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
        double scale = 0.3;
        double expected = scale * loss(doubles(logits), labels, classes);
        assertEquals(expected, CrossEntropyKernel.forward(WORKERS, logits, labels, classes, scale), 1e-12);

        FloatBuffer dLogits = result(logits.limit());
        CrossEntropyKernel.logitsGradient(WORKERS, logits, labels, dLogits, classes, scale);
        double[] slopes =
                Slopes.of(at -> new double[] {loss(at, labels, classes)}, doubles(logits), new double[] {scale});
        assertClose(slopes, dLogits, FLOAT_SUM);
    }

    @Test
    void hugeLogitsDoNotOverflow() {
        FloatBuffer logits = Buffers.of(1e30f, 0, -1e30f);
        FloatBuffer dLogits = result(3);
        assertEquals(0, CrossEntropyKernel.forward(WORKERS, logits, new int[] {0}, 3, 1));
        CrossEntropyKernel.logitsGradient(WORKERS, logits, new int[] {1}, dLogits, 3, 1);
        assertClose(new double[] {1, -1, 0}, dLogits, 0);
    }
}
