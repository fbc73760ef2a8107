package org.modernbert4j.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.modernbert4j.InputException;
import org.nd4j.linalg.api.buffer.DataType;

/** Memory and arithmetic of each backend. */
class BackendTest {
    private static final float TOLERANCE = 1e-6f;

    private static float[] numbers(int count, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static float[] read(Backend backend, Array array) {
        float[] values = new float[Math.toIntExact(array.length())];
        backend.read(array).get(values);
        return values;
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void whatIsWrittenIsRead(Machine machine) {
        Backend backend = machine.backend();
        for (Array array : new Array[] {
            backend.allocate(DataType.FLOAT, 2, 3),
            backend.zeros(DataType.FLOAT, 2, 3),
            backend.take(DataType.FLOAT, 2, 3)
        }) {
            float[] values = numbers(6, 1);
            backend.write(array, memory -> {
                assertEquals(6, memory.limit());
                memory.put(values);
            });
            assertArrayEquals(values, read(backend, array));
            assertEquals(6, backend.read(array).limit());
        }
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void arraysHaveTypesAndShapes(Machine machine) {
        Backend backend = machine.backend();
        Array matrix = backend.upload(numbers(6, 1), 2, 3);
        matrix.shape()[0] = 7;
        assertArrayEquals(new long[] {2, 3}, matrix.shape());
        assertEquals(2, matrix.rows());
        assertEquals(3, matrix.columns());
        assertEquals(6, matrix.length());
        assertEquals(DataType.FLOAT, matrix.type());
        assertEquals(DataType.INT32, backend.upload(1, 2).type());
        assertArrayEquals(new int[] {1, 2}, backend.integers(backend.upload(1, 2)));
        assertEquals(DataType.INT64, backend.upload(1L).type());
        assertArrayEquals(new float[6], read(backend, backend.zeros(DataType.FLOAT, 2, 3)));
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void anArrayMayHaveNoElements(Machine machine) {
        Backend backend = machine.backend();
        assertArrayEquals(new long[] {0}, backend.upload(new int[0]).shape());
        assertEquals(0, backend.integers(backend.upload(new int[0])).length);
        for (Array array : new Array[] {
            backend.allocate(DataType.FLOAT, 0, 3),
            backend.upload(new float[0], 0, 3),
            backend.copy(backend.zeros(DataType.FLOAT, 0, 3))
        }) {
            assertArrayEquals(new long[] {0, 3}, array.shape());
            assertEquals(0, backend.read(array).limit());
            array.close();
        }
        Array taken = backend.take(DataType.FLOAT, 0, 3);
        assertArrayEquals(new long[] {0, 3}, taken.shape());
        backend.give(taken);
        assertArrayEquals(new float[6], read(backend, backend.spread(new int[0], taken, 2)));
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void aCopyIsApart(Machine machine) {
        Backend backend = machine.backend();
        Array array = backend.upload(numbers(6, 1), 2, 3);
        Array copy = backend.copy(array);
        assertNotSame(array, copy);
        backend.write(array, memory -> memory.put(new float[6]));
        assertArrayEquals(numbers(6, 1), read(backend, copy));
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void normAndSum(Machine machine) {
        Backend backend = machine.backend();
        Array x = backend.upload(new float[] {3, -4}, 2);
        assertEquals(5, backend.norm(x), TOLERANCE);
        Array y = backend.upload(new float[] {10, 20}, 2);
        backend.add(1, x, 1, y);
        assertArrayEquals(new float[] {13, 16}, read(backend, y));
        backend.add(2, x, 0.5, y);
        assertArrayEquals(new float[] {12.5f, 0}, read(backend, y));
        assertArrayEquals(new float[] {3, -4}, read(backend, x));
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void threadsUseItOneAfterTheOther(Machine machine) throws InterruptedException {
        Backend backend = machine.backend();
        List<Double> norms = new ArrayList<>();
        Runnable work = () -> {
            try (Array x = backend.upload(new float[] {3, -4}, 2);
                    Moment begin = backend.moment();
                    Moment end = backend.moment()) {
                norms.add(backend.norm(x));
                assertTrue(end.secondsSince(begin) >= 0);
            }
        };
        for (int i = 0; i < 2; i++) {
            work.run();
            Thread other = new Thread(work);
            other.start();
            other.join();
        }
        assertEquals(List.of(5.0, 5.0, 5.0, 5.0), norms);
    }

    /** A sum of so many squares in float32, one after the other, is off in the third digit. */
    @ParameterizedTest
    @EnumSource(Machine.class)
    void normOfManyNumbers(Machine machine) {
        float[] values = numbers(1_000_001, 3);
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        try (Array x = machine.backend().upload(values, values.length)) {
            assertEquals(Math.sqrt(squares), machine.backend().norm(x), 1e-6 * Math.sqrt(squares));
        }
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void rowsOfOneIdAreAddedTogether(Machine machine) {
        Backend backend = machine.backend();
        float[] first = numbers(3 * 4, 1);
        float[] second = numbers(2 * 4, 2);
        Occurrences occurrences = Occurrences.of(new int[] {2, 5, 9, 1, 5}, -1);
        Array sums = backend.addRows(backend.upload(first, 3, 4), backend.upload(second, 2, 4), occurrences);
        assertArrayEquals(new long[] {4, 4}, sums.shape());
        float[] expected = new float[16];
        System.arraycopy(second, 0, expected, 0, 4);
        System.arraycopy(first, 0, expected, 4, 8);
        System.arraycopy(first, 8, expected, 12, 4);
        for (int i = 0; i < 4; i++) {
            expected[8 + i] += second[4 + i];
        }
        assertArrayEquals(expected, read(backend, sums));
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void spreadRowsLieInZeros(Machine machine) {
        Backend backend = machine.backend();
        float[] values = numbers(2 * 3, 1);
        Array table = backend.spread(new int[] {1, 4}, backend.upload(values, 2, 3), 5);
        float[] expected = new float[15];
        System.arraycopy(values, 0, expected, 3, 3);
        System.arraycopy(values, 3, expected, 12, 3);
        assertArrayEquals(expected, read(backend, table));
    }

    /** Algorithm 2 of the paper, eps added after the correction of the mean square; dense and by rows. */
    @ParameterizedTest
    @EnumSource(Machine.class)
    void adamWEqualsThePaper(Machine machine) {
        Backend backend = machine.backend();
        int entries = 6;
        int width = 5;
        Array weight = backend.upload(numbers(30, 1), entries, width);
        Array mean = backend.zeros(DataType.FLOAT, entries, width);
        Array meanSquare = backend.zeros(DataType.FLOAT, entries, width);
        Array rowWeight = backend.copy(weight);
        AdamWTable table = backend.adamWTable(
                rowWeight,
                backend.zeros(DataType.FLOAT, entries, width),
                backend.zeros(DataType.FLOAT, entries, width));
        double[] expected = new double[30];
        for (int i = 0; i < 30; i++) {
            expected[i] = numbers(30, 1)[i];
        }
        double[] m = new double[30];
        double[] v = new double[30];
        for (int number = 1; number <= 8; number++) {
            int[] rows = number % 2 == 0 ? new int[] {0, 3} : new int[] {3, 5};
            Array gradient = backend.upload(numbers(10, 100 + number), 2, width);
            AdamWStep step = new AdamWStep(0.02 / number, 0.1, 0.9, 0.98, 1e-6, number, number % 3 == 0 ? 0.25 : 1);
            Array dense = backend.spread(rows, gradient, entries);
            update(expected, m, v, read(backend, dense), step);
            backend.adamW(List.of(new AdamWUpdate(weight, mean, meanSquare, dense, step)));
            table.prepare(rows);
            table.update(rows, gradient, step);
        }
        table.flush();
        for (int i = 0; i < 30; i++) {
            assertEquals(expected[i], read(backend, weight)[i], 1e-5);
            assertEquals(m[i], read(backend, mean)[i], 1e-5);
            assertEquals(v[i], read(backend, meanSquare)[i], 1e-5);
        }
        assertArrayEquals(read(backend, weight), read(backend, rowWeight));
    }

    private static void update(double[] weight, double[] m, double[] v, float[] gradient, AdamWStep step) {
        for (int i = 0; i < weight.length; i++) {
            double g = gradient[i] * step.gradientScale();
            m[i] = step.beta1() * m[i] + (1 - step.beta1()) * g;
            v[i] = step.beta2() * v[i] + (1 - step.beta2()) * g * g;
            double corrected = m[i] / (1 - Math.pow(step.beta1(), step.step()));
            double correctedSquare = v[i] / (1 - Math.pow(step.beta2(), step.step()));
            weight[i] -= step.learningRate() * step.weightDecay() * weight[i];
            weight[i] -= step.learningRate() * corrected / (Math.sqrt(correctedSquare) + step.eps());
        }
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void anOpWithoutKernelIsNamed(Machine machine) {
        Backend backend = machine.backend();
        OpCall call = new OpCall("nothing", new long[0], new double[0]);
        Exception error =
                assertThrows(IllegalStateException.class, () -> backend.run(call, new Array[0], new Array[0]));
        assertEquals("backend " + backend.name() + " has no kernel for nothing", error.getMessage());
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void bfloat16IsThereOrRefusedInOneLine(Machine machine) {
        Backend backend = machine.backend();
        backend.require(Precision.FLOAT32);
        try {
            backend.require(Precision.BFLOAT16);
            assertNotEquals("nd4j", backend.name());
        } catch (InputException e) {
            assertEquals("precision bfloat16: ", e.getMessage().substring(0, 20));
        }
    }
}
