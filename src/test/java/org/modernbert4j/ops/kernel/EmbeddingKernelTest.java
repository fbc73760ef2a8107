package org.modernbert4j.ops.kernel;

import static org.modernbert4j.ops.kernel.Buffers.FLOAT_SUM;
import static org.modernbert4j.ops.kernel.Buffers.assertClose;
import static org.modernbert4j.ops.kernel.Buffers.random;
import static org.modernbert4j.ops.kernel.Buffers.result;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingKernelTest {
    private static final int ENTRIES = 6;
    private static final int[] IDS = {3, 0, 3, 5, 3, 1, 0};
    private static final Workers WORKERS = new Workers(2);

    @AfterAll
    static void close() {
        WORKERS.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8})
    void givesTheRowOfEachId(int width) {
        FloatBuffer table = random(ENTRIES * width, 1);
        FloatBuffer y = result(IDS.length * width);
        EmbeddingKernel.forward(WORKERS, table, IDS, y, width);
        double[] expected = new double[IDS.length * width];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = table.get(IDS[i / width] * width + i % width);
        }
        assertClose(expected, y, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 3, 4})
    void sumsTheGradientsOfEachIdButThatOfPadding(int paddingId) {
        int width = 5;
        FloatBuffer dy = random(IDS.length * width, 1);
        FloatBuffer dTable = result(ENTRIES * width);
        EmbeddingKernel.tableGradient(WORKERS, dy, IDS, dTable, ENTRIES, width, paddingId);
        double[] expected = new double[ENTRIES * width];
        for (int i = 0; i < IDS.length * width; i++) {
            if (IDS[i / width] != paddingId) {
                expected[IDS[i / width] * width + i % width] += dy.get(i);
            }
        }
        assertClose(expected, dTable, FLOAT_SUM);
    }
}
