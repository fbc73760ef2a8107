package org.modernbert4j.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.modernbert4j.backend.cpu.Buffers.FLOAT_SUM;
import static org.modernbert4j.backend.cpu.Buffers.assertClose;
import static org.modernbert4j.backend.cpu.Buffers.floats;
import static org.modernbert4j.backend.cpu.Buffers.input;
import static org.modernbert4j.backend.cpu.Buffers.output;
import static org.modernbert4j.backend.cpu.Buffers.random;
import static org.modernbert4j.backend.cpu.Buffers.run;
import static org.modernbert4j.backend.cpu.Buffers.values;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.backend.Occurrences;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.nd4j.NdArray;

class EmbeddingKernelTest {
    private static final int ENTRIES = 6;
    private static final int[] IDS = {3, 0, 3, 5, 3, 1, 0};
    private static final CpuBackend CPU = new CpuBackend(2);

    @AfterAll
    static void close() {
        CPU.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8})
    void givesTheRowOfEachId(int width) {
        FloatBuffer table = random(ENTRIES * width, 1);
        NdArray y = output(IDS.length, width);
        run(CPU, "modernbert_embedding", List.of(input(table, ENTRIES, width), input(IDS)), y);
        double[] expected = new double[IDS.length * width];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = table.get(IDS[i / width] * width + i % width);
        }
        assertClose(expected, values(y), 0);
    }

    @Test
    void addsEachRowWhereItsIdSays() {
        int width = 5;
        FloatBuffer rows = random(IDS.length * width, 1);
        FloatBuffer table = spread(rows, IDS, ENTRIES, width);
        double[] expected = new double[ENTRIES * width];
        for (int i = 0; i < IDS.length * width; i++) {
            expected[IDS[i / width] * width + i % width] += rows.get(i);
        }
        assertClose(expected, table, FLOAT_SUM);
    }

    private static FloatBuffer spread(FloatBuffer rows, int[] ids, int entries, int width) {
        NdArray table = output(entries, width);
        run(CPU, "modernbert_spread", List.of(table, input(ids), input(rows, ids.length, width)), table);
        return values(table);
    }

    /** Adding a row after another to a table, or all of one id together, gives the same bits. */
    @ParameterizedTest
    @CsvSource({"1, 1, -1", "1, 5, 3", "7, 3, -1", "64, 5, 2", "257, 33, 0", "500, 8, 7"})
    void sumsTheRowsOfEachIdButThatOfPadding(int rows, int width, int paddingId) {
        int entries = 90;
        int[] ids = new Random(rows).ints(rows, 0, entries).toArray();
        FloatBuffer dy = random(rows * width, 1);
        FloatBuffer table = spread(dy, ids, entries, width);
        Occurrences occurrences = Occurrences.of(ids, paddingId);
        int[] distinct = Arrays.stream(ids)
                .filter(id -> id != paddingId)
                .sorted()
                .distinct()
                .toArray();
        assertArrayEquals(distinct, occurrences.ids());
        NdArray dRows = output(distinct.length, width);
        run(
                CPU,
                new OpCall("modernbert_embedding_drows", new long[] {paddingId}, new double[0]),
                List.of(input(dy, rows, width), input(ids), input(distinct)),
                dRows);
        float[] expected = new float[distinct.length * width];
        for (int i = 0; i < distinct.length; i++) {
            table.get(distinct[i] * width, expected, i * width, width);
        }
        assertArrayEquals(expected, floats(values(dRows)));
    }

    @Test
    void paddingAloneHasNoRows() {
        assertArrayEquals(new int[0], Occurrences.of(new int[] {2, 2, 2}, 2).ids());
    }
}
