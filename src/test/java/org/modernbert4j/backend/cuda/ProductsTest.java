package org.modernbert4j.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.cuda.LinearKernels.Form;
import org.nd4j.linalg.api.buffer.DataType;

/** Products against loops in double precision, at sizes that fit into no block of a kernel. */
class ProductsTest {
    private static final int[] SIZES = {1, 2, 3, 7, 8, 15, 16, 17, 33, 63, 64, 65, 127, 129, 200, 300};

    /** Of the sum of the absolute products; a product that is left out, or TensorFloat-32, makes more. */
    private static final double TOLERANCE = 5e-6;

    private static CudaBackend own;
    private static CudaBackend library;

    @BeforeAll
    static void open() {
        TestDevice.orSkip();
        own = TestDevice.open(false);
        library = TestDevice.open(true);
    }

    @AfterAll
    static void close() {
        if (own != null) {
            own.close();
            library.close();
        }
    }

    /** What computes the products, and of what. */
    enum Way {
        OWN_FLOAT(DataType.FLOAT),
        OWN_BFLOAT16(DataType.BFLOAT16),
        CUBLASLT_FLOAT(DataType.FLOAT),
        CUBLASLT_BFLOAT16(DataType.BFLOAT16);

        final DataType type;

        Way(DataType type) {
            this.type = type;
        }

        CudaBackend backend() {
            if (this == OWN_FLOAT || this == OWN_BFLOAT16) {
                return own;
            }
            assumeTrue(library.cublasLt.description().startsWith("cuBLASLt"), library.cublasLt.description());
            return library;
        }
    }

    private static float[] numbers(int count, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static CudaArray[] run(CudaBackend cuda, String op, CudaArray out, CudaArray... in) {
        cuda.run(new OpCall(op, new long[0], new double[0]), in, new Array[] {out});
        return in;
    }

    private static float[] read(CudaBackend cuda, CudaArray array) {
        float[] values = new float[Math.toIntExact(array.length())];
        cuda.read(array).get(values);
        return values;
    }

    private static String op(Form form) {
        return switch (form) {
            case NT -> "modernbert_linear";
            case NN -> "modernbert_linear_dx";
            case TN -> "modernbert_linear_dw";
        };
    }

    /** Computes a product twice, and by loops. */
    private static void check(Way way, Form form, int m, int n, int k, boolean biased) {
        CudaBackend cuda = way.backend();
        float[] a = numbers(m * k, 1);
        float[] b = numbers(n * k, 2);
        float[] bias = biased ? numbers(n, 3) : null;
        CudaArray left = operand(cuda, way.type, a, form.leftAlongK ? m : k, form.leftAlongK ? k : m);
        CudaArray right = operand(cuda, way.type, b, form.rightAlongK ? n : k, form.rightAlongK ? k : n);
        List<CudaArray> in = new ArrayList<>(List.of(left, right));
        if (biased) {
            in.add(cuda.upload(bias, n));
        }
        CudaArray result = cuda.allocate(DataType.FLOAT, m, n);
        String what = way + " " + form + " " + m + " x " + n + " x " + k + (biased ? " with bias" : "");
        run(cuda, op(form), result, in.toArray(CudaArray[]::new));
        float[] c = read(cuda, result);
        compare(what, form, a, b, bias, c, n, k);
        cuda.device.fill(result.address(), (byte) 0, result.bytes());
        run(cuda, op(form), result, in.toArray(CudaArray[]::new));
        assertArrayEquals(c, read(cuda, result), what + ", again");
        in.forEach(CudaArray::close);
        result.close();
    }

    /** Uploads an operand; its numbers become those of its precision. */
    private static CudaArray operand(CudaBackend cuda, DataType type, float[] values, int rows, int columns) {
        CudaArray numbers = cuda.upload(values, rows, columns);
        if (type == DataType.FLOAT) {
            return numbers;
        }
        CudaArray operand = cuda.allocate(DataType.BFLOAT16, rows, columns);
        run(cuda, "modernbert_rounding", operand, numbers);
        numbers.close();
        for (int i = 0; i < values.length; i++) {
            values[i] = Bfloat16s.rounded(values[i]);
        }
        return operand;
    }

    private static void compare(String what, Form form, float[] a, float[] b, float[] bias, float[] c, int n, int k) {
        int m = c.length / n;
        for (int row = 0; row < m; row++) {
            for (int column = 0; column < n; column++) {
                double sum = bias == null ? 0 : bias[column];
                double absolute = Math.abs(sum);
                for (int l = 0; l < k; l++) {
                    double product = (double) a[form.leftAlongK ? row * k + l : l * m + row]
                            * b[form.rightAlongK ? column * k + l : l * n + column];
                    sum += product;
                    absolute += Math.abs(product);
                }
                double error = Math.abs(c[row * n + column] - sum);
                if (!(error <= TOLERANCE * absolute)) {
                    throw new AssertionError(
                            what + ": [" + row + ", " + column + "] is " + c[row * n + column] + ", expected " + sum);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void anySize(Way way) {
        Random random = new Random(7);
        for (Form form : Form.values()) {
            for (int round = 0; round < 2; round++) {
                List<Integer> m = shuffled(random);
                List<Integer> n = shuffled(random);
                List<Integer> k = shuffled(random);
                for (int i = 0; i < SIZES.length; i++) {
                    check(way, form, m.get(i), n.get(i), k.get(i), form == Form.NT && random.nextBoolean());
                }
            }
        }
    }

    private static List<Integer> shuffled(Random random) {
        List<Integer> sizes = new ArrayList<>();
        for (int size : SIZES) {
            sizes.add(size);
        }
        Collections.shuffle(sizes, random);
        return sizes;
    }

    /** Those of classifiers, of which a device computes parts of the inner dimension at the same time. */
    @ParameterizedTest
    @EnumSource(Way.class)
    void fewResults(Way way) {
        for (int classes : new int[] {1, 2, 5, 17}) {
            check(way, Form.NT, 16, classes, 768, true);
            check(way, Form.NN, 16, 768, classes, false);
            check(way, Form.TN, classes, 40, 777, false);
        }
        check(way, Form.NT, 1, 1, 1, true);
        check(way, Form.NT, 1, 1, 1001, true);
    }

    /** So many that blocks are large. */
    @ParameterizedTest
    @EnumSource(
            value = Way.class,
            names = {"OWN_FLOAT", "OWN_BFLOAT16"})
    void manyResults(Way way) {
        check(way, Form.NT, 1930, 970, 37, true);
        check(way, Form.NN, 1930, 970, 33, false);
        check(way, Form.TN, 1930, 970, 35, false);
    }

    /** Large blocks, each of which adds a part of the inner dimension. */
    @Test
    void manyResultsOfLongRows() {
        check(Way.OWN_FLOAT, Form.NT, 513, 833, 2049, true);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void noNumbers(Way way) {
        CudaBackend cuda = way.backend();
        CudaArray bias = cuda.upload(new float[] {1, 2, 3}, 3);
        CudaArray y = cuda.allocate(DataType.FLOAT, 2, 3);
        run(cuda, "modernbert_linear", y, cuda.allocate(way.type, 2, 0), cuda.allocate(way.type, 3, 0), bias);
        assertArrayEquals(new float[] {1, 2, 3, 1, 2, 3}, read(cuda, y));
        CudaArray weight = cuda.zeros(way.type, 3, 5);
        CudaArray nothing = cuda.allocate(DataType.FLOAT, 0, 3);
        run(cuda, "modernbert_linear", nothing, cuda.allocate(way.type, 0, 5), weight, bias);
        assertEquals(0, read(cuda, nothing).length);
        CudaArray gradient = cuda.allocate(DataType.FLOAT, 3, 5);
        run(cuda, "modernbert_linear_dw", gradient, cuda.allocate(way.type, 0, 3), cuda.allocate(way.type, 0, 5));
        assertArrayEquals(new float[15], read(cuda, gradient));
    }

    @Test
    void shapesFitTogether() {
        CudaArray x = own.zeros(DataType.FLOAT, 2, 3);
        CudaArray weight = own.zeros(DataType.FLOAT, 4, 5);
        CudaArray y = own.zeros(DataType.FLOAT, 2, 4);
        assertThrows(IllegalArgumentException.class, () -> run(own, "modernbert_linear", y, x, weight));
        CudaArray wide = own.zeros(DataType.FLOAT, 2, 5);
        assertThrows(IllegalArgumentException.class, () -> run(own, "modernbert_linear", x, wide, weight));
    }

    /** A library keeps plans of a thousand shapes. */
    @Test
    void manyShapes() {
        CudaBackend cuda = Way.CUBLASLT_FLOAT.backend();
        CudaArray weight = cuda.upload(new float[] {1, 2}, 2, 1);
        for (int rows = 1; rows <= 1100; rows++) {
            CudaArray x = cuda.take(DataType.FLOAT, rows, 1);
            CudaArray y = cuda.take(DataType.FLOAT, rows, 2);
            run(cuda, "modernbert_linear", y, x, weight);
            cuda.give(x);
            cuda.give(y);
        }
        check(Way.CUBLASLT_FLOAT, Form.NT, 1, 2, 1, false);
        check(Way.CUBLASLT_FLOAT, Form.NT, 1100, 2, 1, false);
    }

    private static List<int[]> matrices() {
        List<int[]> all = new ArrayList<>();
        for (int rows : new int[] {0, 1, 2, 7, 8, 9, 255, 256, 257, 600, 1030}) {
            for (int columns : new int[] {1, 2, 31, 32, 33, 100, 300}) {
                all.add(new int[] {rows, columns});
            }
        }
        return all;
    }

    @Test
    void columnSums() {
        for (int[] matrix : matrices()) {
            int columns = matrix[1];
            float[] values = numbers(matrix[0] * columns, 4);
            CudaArray x = own.upload(values, matrix[0], columns);
            CudaArray sums = own.allocate(DataType.FLOAT, columns);
            run(own, "modernbert_linear_db", sums, x);
            float[] found = read(own, sums);
            for (int column = 0; column < columns; column++) {
                double sum = 0;
                for (int row = 0; row < matrix[0]; row++) {
                    sum += values[row * columns + column];
                }
                assertEquals(sum, found[column], 1e-7 * Math.abs(sum), matrix[0] + " x " + columns);
            }
            run(own, "modernbert_linear_db", sums, x);
            assertArrayEquals(found, read(own, sums));
            x.close();
            sums.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 7, 1023, 70001})
    void rounding(int count) {
        float[] values = numbers(count, 5);
        CudaArray x = own.upload(values, count);
        CudaArray y = own.allocate(DataType.BFLOAT16, count);
        run(own, "modernbert_rounding", y, x);
        if (count > 0) {
            Bfloat16s.assertRounded(values, own, y, "rounded");
        }
    }

    /** More arrays than a launch takes, some of several parts. */
    @Test
    void roundingOfManyArrays() {
        List<float[]> values = IntStream.range(0, 250)
                .mapToObj(i -> numbers(i % 11 == 0 ? 16_383 + i % 5 : 1 + i, i))
                .toList();
        Array[] in = values.stream().map(x -> own.upload(x, x.length)).toArray(Array[]::new);
        Array[] out = values.stream()
                .map(x -> own.allocate(DataType.BFLOAT16, x.length))
                .toArray(Array[]::new);
        own.run(new OpCall("modernbert_rounding", new long[0], new double[0]), in, out);
        for (int i = 0; i < out.length; i++) {
            Bfloat16s.assertRounded(values.get(i), own, (CudaArray) out[i], "array " + i);
            in[i].close();
            out[i].close();
        }
    }

    /** Rows of odd length, which are copied to others of even length: more numbers than a grid has threads. */
    @Test
    void manyNumbersWithPadding() {
        check(Way.OWN_BFLOAT16, Form.NT, 600, 1, 7001, false);
    }

    private static float[] oddNumbers() {
        return new float[] {
            0,
            -0f,
            Float.intBitsToFloat(0x3f808000), // half way: to even, down
            Float.intBitsToFloat(0x3f818000), // half way: to even, up
            Float.intBitsToFloat(0xbf808001),
            Float.MAX_VALUE, // becomes infinity
            Float.MIN_VALUE,
            Float.intBitsToFloat(0x00008001),
            Float.NEGATIVE_INFINITY,
            Float.POSITIVE_INFINITY
        };
    }

    @Test
    void roundingOfOddNumbers() {
        float[] values = oddNumbers();
        CudaArray y = own.allocate(DataType.BFLOAT16, values.length + 1);
        float[] all = Arrays.copyOf(values, values.length + 1);
        all[values.length] = Float.NaN;
        run(own, "modernbert_rounding", y, own.upload(all, all.length));
        short[] found = Bfloat16s.bits(own, y);
        for (int i = 0; i < values.length; i++) {
            assertEquals(Float.floatToRawIntBits(Bfloat16s.rounded(values[i])), found[i] << 16, "number " + i);
        }
        assertTrue(Float.isNaN(Float.intBitsToFloat(found[values.length] << 16)));
    }
}
