package org.modernbert4j.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both implementations, over every number of lanes and of left-over elements, against double precision. */
class RowMathTest {
    private static final RowMath PLAIN = new RowMath();
    private static final RowMath VECTOR = RowMath.vectorised();
    private static final float UNTOUCHED = 1234.5f;

    private record Row(RowMath math, int n) {}

    private static Row[] rows() {
        return IntStream.concat(IntStream.rangeClosed(0, 70), IntStream.of(129, 300, 768, 1152))
                .boxed()
                .flatMap(n -> Arrays.stream(new Row[] {new Row(PLAIN, n), new Row(VECTOR, n)}))
                .toArray(Row[]::new);
    }

    /** Standard normal numbers, and more of them than are to be used. */
    private static float[] random(int n, long seed) {
        Random random = new Random(seed);
        float[] values = new float[n + 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        Arrays.fill(values, n, values.length, UNTOUCHED);
        return values;
    }

    private static void assertUntouched(float[] values, int n) {
        for (int i = n; i < values.length; i++) {
            assertEquals(UNTOUCHED, values[i]);
        }
    }

    @Test
    void vectorsAreUsedWhereTheyAreThere() {
        assertInstanceOf(VectorRowMath.class, RowMath.fastest());
    }

    /** The classes of a fresh class loader are not initialised yet. */
    @Test
    void threadsThatTouchTheClassesFirstDoNotBlockOneAnother() throws Exception {
        URL[] classes = {RowMath.class.getProtectionDomain().getCodeSource().getLocation()};
        String[] names = {"RowMath", "RowMath$Fastest", "VectorRowMath"};
        for (int round = 0; round < 100; round++) {
            try (URLClassLoader loader = new URLClassLoader(classes, ClassLoader.getPlatformClassLoader())) {
                CountDownLatch begin = new CountDownLatch(1);
                List<Thread> threads = new ArrayList<>();
                for (String name : names) {
                    Class<?> type = Class.forName("org.modernbert4j.backend.cpu." + name, false, loader);
                    Thread thread = new Thread(() -> initialise(type, begin));
                    thread.setDaemon(true);
                    thread.start();
                    threads.add(thread);
                }
                begin.countDown();
                for (Thread thread : threads) {
                    thread.join(20_000);
                    assertFalse(thread.isAlive(), "two classes wait for each other");
                }
            }
        }
    }

    private static void initialise(Class<?> type, CountDownLatch begin) {
        try {
            begin.await();
            Class.forName(type.getName(), true, type.getClassLoader());
        } catch (InterruptedException | ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void sums(Row row) {
        float[] a = random(row.n, 1);
        float[] b = random(row.n, 2);
        double sum = 0;
        double squares = 0;
        double product = 0;
        for (int i = 0; i < row.n; i++) {
            sum += a[i];
            squares += (a[i] - 0.25) * (a[i] - 0.25);
            product += i < 3 ? 0 : (double) a[i] * b[i];
        }
        double tolerance = 1e-6 * Math.max(1, row.n);
        assertEquals(sum, row.math.sum(a, row.n), tolerance);
        assertEquals(squares, row.math.squaredDistance(a, row.n, 0.25f), tolerance);
        assertEquals(product, row.math.dot(a, b, Math.min(3, row.n), row.n), tolerance);
    }

    /** What the vector loops add to what; no compiler may change it. */
    private static float inOrder(float[] terms, int n) {
        int lanes = VECTOR.productColumns() / 3;
        float[] sums = new float[4 * lanes];
        int fours = n / (4 * lanes) * (4 * lanes);
        int vectors = n / lanes * lanes;
        for (int i = 0; i < n; i++) {
            int column = i < fours ? i % (4 * lanes) : i < vectors ? i % lanes : lanes + i % lanes;
            sums[column] += terms[i];
        }
        for (int i = 0; i < lanes; i++) {
            sums[i] = (sums[i] + sums[lanes + i]) + (sums[2 * lanes + i] + sums[3 * lanes + i]);
        }
        for (int half = lanes / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                sums[i] += sums[half + i];
            }
        }
        return sums[0];
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 8, 64, 100, 300})
    void sumsHaveOneOrderInterpretedAndCompiled(int n) {
        float[] x = random(n, 14);
        float[] ones = new float[n];
        Arrays.fill(ones, 1f);
        float[] squares = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] *= i % 3 == 0 ? 1000 : 1;
            squares[i] = x[i] * x[i];
        }
        float sum = inOrder(x, n);
        float product = VECTOR.dot(squares, ones, 0, n); // each product is exact, so it rounds as a sum does
        assertEquals(inOrder(squares, n), product);
        float distance = VECTOR.squaredDistance(x, n, 0.5f);
        for (int call = 0; call < 100_000; call++) { // the compiler comes after some thousands
            assertTrue(sum == VECTOR.sum(x, n), "sum");
            assertTrue(product == VECTOR.dot(squares, ones, 0, n), "dot");
            assertTrue(distance == VECTOR.squaredDistance(x, n, 0.5f), "squaredDistance");
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void maxOfARange(Row row) {
        float[] x = random(row.n, 3);
        for (int from = 0; from <= Math.min(row.n, 3); from++) {
            float largest = Float.NEGATIVE_INFINITY;
            for (int i = from; i < row.n; i++) {
                x[i] -= 10;
                largest = Math.max(largest, x[i]);
            }
            assertEquals(largest, row.math.max(x, from, row.n));
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void expSumOfARange(Row row) {
        for (int from = 0; from <= Math.min(row.n, 3); from++) {
            float[] x = random(row.n, 4);
            float[] powers = x.clone();
            double sum = 0;
            for (int i = from; i < row.n; i++) {
                sum += Math.exp(x[i] - 1.5);
            }
            assertEquals(sum, row.math.expSum(powers, from, row.n, 1.5f), 1e-6 * Math.max(1, sum));
            for (int i = 0; i < row.n; i++) {
                double expected = i < from ? x[i] : Math.exp((double) x[i] - 1.5f);
                assertEquals(expected, powers[i], 3e-7 * Math.abs(expected));
            }
            assertUntouched(powers, row.n);

            float[] longer = Arrays.copyOf(x, x.length + 64);
            assertEquals(row.math.expSum(x, from, row.n, 1.5f), row.math.expSum(longer, from, row.n, 1.5f));
            assertArrayEquals(x, Arrays.copyOf(longer, x.length), "bits must not depend on what lies behind");
        }
    }

    @Test
    void powersOfExtremes() {
        for (RowMath math : new RowMath[] {PLAIN, VECTOR}) {
            float[] x = new float[33];
            Arrays.fill(x, -1000f);
            x[0] = Float.NEGATIVE_INFINITY;
            x[7] = Float.POSITIVE_INFINITY;
            x[8] = -64.01f;
            x[9] = 0f;
            x[32] = Float.NaN;
            math.expSum(x, 0, x.length, 0f);
            for (int i = 0; i < x.length; i++) {
                switch (i) {
                    case 7 -> assertTrue(x[i] > 1e38f);
                    case 9 -> assertEquals(1f, x[i]);
                    case 32 -> assertTrue(Float.isNaN(x[i]), math + ": " + x[i]);
                    default -> assertEquals(0f, x[i]);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void normal(Row row) {
        float[] x = random(row.n, 5);
        for (int i = 0; i < row.n; i++) {
            x[i] *= 4;
        }
        float[] cdf = random(row.n, 6);
        float[] density = random(row.n, 7);
        row.math.normal(x, row.n, cdf, density);
        for (int i = 0; i < row.n; i++) {
            assertEquals(0.5 * Erf.erfc(-x[i] / Math.sqrt(2)), cdf[i], 3e-7);
            assertEquals(Math.exp(-0.5 * x[i] * x[i]), density[i], 1e-6);
        }
        assertUntouched(cdf, row.n);
        assertUntouched(density, row.n);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void rotate(Row row) {
        int n = row.n / 2 * 2;
        int start = 5;
        float[] x = random(start + n, 8);
        float[] angles = random(start + n, 9);
        float[] turned = x.clone();
        row.math.rotate(turned, angles, start, start + n, 0.5f, -0.25f);
        for (int i = start; i < start + n / 2; i++) {
            double cos = 0.5 * angles[i];
            double sin = -0.25 * angles[n / 2 + i];
            assertEquals(x[i] * cos - x[n / 2 + i] * sin, turned[i], 1e-6);
            assertEquals(x[n / 2 + i] * cos + x[i] * sin, turned[n / 2 + i], 1e-6);
        }
        assertArrayEquals(Arrays.copyOf(x, start), Arrays.copyOf(turned, start));
        assertUntouched(turned, start + n);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void sigmoidAndTanhOfARange(Row row) {
        for (int from = 0; from <= Math.min(row.n, 3); from++) {
            float[] x = random(row.n, 10);
            for (int i = 0; i < row.n; i++) {
                x[i] *= 4;
            }
            float[] sigmoid = x.clone();
            float[] tanh = x.clone();
            row.math.sigmoid(sigmoid, from, row.n);
            row.math.tanh(tanh, from, row.n);
            for (int i = 0; i < row.n; i++) {
                assertEquals(i < from ? x[i] : 1 / (1 + Math.exp(-x[i])), sigmoid[i], 2e-7);
                assertEquals(i < from ? x[i] : Math.tanh(x[i]), tanh[i], 3e-7);
            }
            assertUntouched(sigmoid, row.n);
            assertUntouched(tanh, row.n);
        }
    }

    @Test
    void sigmoidAndTanhOfExtremes() {
        for (RowMath math : new RowMath[] {PLAIN, VECTOR}) {
            float[] x = new float[33];
            Arrays.fill(x, Float.NEGATIVE_INFINITY);
            x[7] = Float.POSITIVE_INFINITY;
            x[8] = 1000f;
            x[32] = Float.NaN;
            float[] sigmoid = x.clone();
            float[] tanh = x.clone();
            math.sigmoid(sigmoid, 0, x.length);
            math.tanh(tanh, 0, x.length);
            for (int i = 0; i < x.length; i++) {
                if (Float.isNaN(x[i])) {
                    assertTrue(Float.isNaN(sigmoid[i]) && Float.isNaN(tanh[i]));
                } else {
                    assertEquals(x[i] > 0 ? 1f : 0f, sigmoid[i], 1e-30f);
                    assertEquals(x[i] > 0 ? 1f : -1f, tanh[i]);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void productOfFewRows(Row row) {
        int columns = row.math.productColumns();
        int xStride = row.n + 2;
        int zStride = columns + 5;
        float[] x = random(1 + RowMath.PRODUCT_ROWS * xStride, 11);
        float[] panel = random(2 + row.n * columns, 12);
        float[] before = random(3 + RowMath.PRODUCT_ROWS * zStride, 13);
        float[] z = before.clone();
        row.math.addProduct(x, 1, xStride, row.n, panel, 2, z, 3, zStride);
        for (int i = 0; i < z.length; i++) {
            double expected = before[i];
            int left = Math.floorDiv(i - 3, zStride);
            int column = Math.floorMod(i - 3, zStride);
            if (left >= 0 && left < RowMath.PRODUCT_ROWS && column < columns) {
                for (int k = 0; k < row.n; k++) {
                    expected += (double) x[1 + left * xStride + k] * panel[2 + k * columns + column];
                }
                assertEquals(expected, z[i], 1e-6 * Math.max(1, row.n));
            } else {
                assertEquals(before[i], z[i], "element " + i + " belongs to no product");
            }
        }
    }
}
