package org.modernbert4j.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.backend.Activation;
import org.modernbert4j.backend.AdamWStep;
import org.modernbert4j.backend.AdamWUpdate;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Machine;
import org.modernbert4j.backend.Occurrences;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.backend.cpu.KernelNames;
import org.nd4j.linalg.api.buffer.DataType;

/** Each kernel against the CPU's, at sizes that do not fit its blocks, and twice, because the bits must be the same. */
class KernelsTest {
    private static final Backend CPU = Machine.CPU.backend();

    /** Of the largest element. */
    private static final double TOLERANCE = 5e-6;

    private final Random random = new Random(1);

    /** An input of an op: float32 with a shape, or int32, or int64. */
    private record Input(float[] floats, long[] shape, int[] integers, Long seed) {
        Array on(Backend backend) {
            return integers != null
                    ? backend.upload(integers)
                    : seed != null ? backend.upload(seed.longValue()) : backend.upload(floats, shape);
        }
    }

    private Input floats(long... shape) {
        float[] values = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return new Input(values, shape, null, null);
    }

    private static Input integers(int... values) {
        return new Input(null, null, values, null);
    }

    private static Input seed(long seed) {
        return new Input(null, null, null, seed);
    }

    private static float[] read(Backend backend, Array array) {
        float[] values = new float[Math.toIntExact(array.length())];
        backend.read(array).get(values);
        return values;
    }

    private static List<float[]> run(Backend backend, OpCall call, List<Input> inputs, long[]... outputs) {
        Array[] in = inputs.stream().map(input -> input.on(backend)).toArray(Array[]::new);
        Array[] out = Arrays.stream(outputs)
                .map(shape -> backend.allocate(DataType.FLOAT, shape))
                .toArray(Array[]::new);
        backend.run(call, in, out);
        List<float[]> results = new ArrayList<>();
        for (Array array : out) {
            results.add(read(backend, array));
            array.close();
        }
        Arrays.stream(in).forEach(Array::close);
        return results;
    }

    private static void check(String op, long[] integers, double[] numbers, List<Input> inputs, long[]... outputs) {
        OpCall call = new OpCall(op, integers, numbers);
        Backend cuda = Machine.CUDA.backend();
        List<float[]> expected = run(CPU, call, inputs, outputs);
        List<float[]> found = run(cuda, call, inputs, outputs);
        List<float[]> again = run(cuda, call, inputs, outputs);
        for (int i = 0; i < expected.size(); i++) {
            assertClose(expected.get(i), found.get(i), op + " " + i);
            assertArrayEquals(found.get(i), again.get(i));
        }
        if (cuda.roundingOps().contains(op)) {
            assertRounded((CudaBackend) cuda, call, inputs, found, outputs);
        }
    }

    /** Results are the same if they are wanted rounded, alone or together with the exact ones. */
    private static void assertRounded(
            CudaBackend cuda, OpCall call, List<Input> inputs, List<float[]> exact, long[]... outputs) {
        Array[] in = inputs.stream().map(input -> input.on(cuda)).toArray(Array[]::new);
        int count = outputs.length;
        for (boolean alone : new boolean[] {false, true}) {
            Array[] out = new Array[2 * count];
            for (int i = 0; i < count; i++) {
                out[i] = alone ? null : cuda.allocate(DataType.FLOAT, outputs[i]);
                out[count + i] = cuda.allocate(DataType.BFLOAT16, outputs[i]);
            }
            cuda.run(call, in, out);
            for (int i = 0; i < count; i++) {
                Bfloat16s.assertRounded(exact.get(i), cuda, (CudaArray) out[count + i], call.op());
                out[count + i].close();
                if (!alone) {
                    assertArrayEquals(exact.get(i), read(cuda, out[i]));
                    out[i].close();
                }
            }
        }
        Arrays.stream(in).forEach(Array::close);
    }

    private static void assertClose(float[] expected, float[] found, String name) {
        double largest = 1e-30;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], found[i], tolerance(name) * largest, name + " at " + i);
        }
    }

    /** A recurrence carries what one step rounds into the next. */
    private static double tolerance(String name) {
        return name.contains("lstm") ? 4 * TOLERANCE : TOLERANCE;
    }

    private static long[] shape(long... sizes) {
        return sizes;
    }

    private static final long[] NONE = {};
    private static final double[] NO_NUMBERS = {};

    @Test
    void everyOpOfTheCpuHasOne() {
        assertEquals(new TreeSet<>(KernelNames.all()), new TreeSet<>(CudaBackend.KERNELS.keySet()));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1", "3, 5", "5, 31", "4, 32", "33, 33", "70, 100", "9, 768", "5, 1023", "5, 1024", "6, 1025", "3, 2500"
    })
    void layerNorm(int rows, int width) {
        Input x = floats(rows, width);
        Input gamma = floats(width);
        Input dy = floats(rows, width);
        double[] eps = {1e-5};
        if (width > 1) {
            check("modernbert_layer_norm", NONE, eps, List.of(x, gamma), shape(rows, width));
            check("modernbert_layer_norm_dx", NONE, eps, List.of(dy, x, gamma), shape(rows, width));
            check("modernbert_layer_norm_dgamma", NONE, eps, List.of(dy, x), shape(width));
        }
        check("modernbert_layer_norm", NONE, eps, List.of(x, gamma, floats(width)), shape(rows, width));
        check("modernbert_layer_norm_dx", NONE, eps, List.of(dy, x, gamma, floats(rows, width)), shape(rows, width));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 7", "20, 33", "9, 1152"})
    void activations(int rows, int width) {
        for (Activation function : Activation.values()) {
            long[] code = {function.code()};
            Input x = floats(rows, width);
            check("modernbert_activation", code, NO_NUMBERS, List.of(x), shape(rows, width));
            check("modernbert_activation_dx", code, NO_NUMBERS, List.of(floats(rows, width), x), shape(rows, width));
        }
        Input ab = floats(rows, 2L * width);
        check("modernbert_geglu", NONE, NO_NUMBERS, List.of(ab), shape(rows, width));
        check("modernbert_geglu_dx", NONE, NO_NUMBERS, List.of(floats(rows, width), ab), shape(rows, 2L * width));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 7", "300, 33"})
    void elements(int rows, int width) {
        Input x = floats(rows, width);
        check("modernbert_residual", NONE, NO_NUMBERS, List.of(x, floats(rows, width)), shape(rows, width));
        for (long seed : new long[] {-1, 0, 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            double[] rate = {0.3};
            check("modernbert_dropout", new long[] {5}, rate, List.of(x, seed(seed)), shape(rows, width));
        }
    }

    /** More than a grid has threads, so that each goes on to a second number. */
    @Test
    void moreNumbersThanThreads() {
        int count = (1 << 14) * 256 + 1000;
        Input x = floats(count / 8, 8);
        List<Input> one = List.of(x);
        checkOnce(new OpCall("modernbert_residual", NONE, NO_NUMBERS), List.of(x, x), count);
        checkOnce(new OpCall("modernbert_activation", new long[] {Activation.RELU.code()}, NO_NUMBERS), one, count);
        List<float[]> weights = new ArrayList<>();
        for (Backend backend : List.of(CPU, Machine.CUDA.backend())) {
            Array weight = x.on(backend);
            Array mean = backend.zeros(DataType.FLOAT, count / 8, 8);
            Array square = backend.zeros(DataType.FLOAT, count / 8, 8);
            Array gradient = x.on(backend);
            AdamWStep step = new AdamWStep(0.01, 0.1, 0.9, 0.98, 1e-6, 1, 1);
            backend.adamW(List.of(new AdamWUpdate(weight, mean, square, gradient, step)));
            weights.add(read(backend, weight));
            List.of(weight, mean, square, gradient).forEach(Array::close);
        }
        assertArrayEquals(weights.get(0), weights.get(1), 1e-6f);
    }

    /** More than a launch takes, some with more numbers than a block works on. */
    @Test
    void manyParametersInOneStep() {
        int[] sizes = IntStream.range(0, 330)
                .map(i -> i % 7 == 0 ? 8_191 + i % 3 : 1 + i)
                .toArray();
        List<Input> values = Arrays.stream(sizes).mapToObj(size -> floats(size)).toList();
        List<List<float[]>> weights = new ArrayList<>();
        List<Double> norms = new ArrayList<>();
        double squares = 0;
        for (Input input : values) {
            for (float x : input.floats()) {
                squares += (double) x * x;
            }
        }
        for (Backend backend : List.of(CPU, Machine.CUDA.backend())) {
            List<AdamWUpdate> updates = new ArrayList<>();
            for (int i = 0; i < sizes.length; i++) {
                AdamWStep step = new AdamWStep(0.01, 0.1, 0.9, 0.98, 1e-6, 1 + i, 1);
                Array mean = backend.zeros(DataType.FLOAT, sizes[i]);
                Array square = backend.zeros(DataType.FLOAT, sizes[i]);
                Array weight = values.get(i).on(backend);
                updates.add(new AdamWUpdate(weight, mean, square, values.get(i).on(backend), step));
            }
            norms.add(backend.norm(updates.stream().map(AdamWUpdate::gradient).toList()));
            backend.adamW(updates);
            weights.add(updates.stream()
                    .map(update -> read(backend, update.weight()))
                    .toList());
        }
        assertEquals(Math.sqrt(squares), norms.get(1), 1e-9 * norms.get(1));
        assertEquals(norms.get(0), norms.get(1), 1e-6 * norms.get(1));
        for (int i = 0; i < weights.get(0).size(); i++) {
            assertArrayEquals(weights.get(0).get(i), weights.get(1).get(i), 1e-6f, "array " + i);
        }
    }

    private static void checkOnce(OpCall call, List<Input> inputs, int count) {
        long[] shape = {count / 8, 8};
        float[] expected = run(CPU, call, inputs, shape).get(0);
        float[] found = run(Machine.CUDA.backend(), call, inputs, shape).get(0);
        assertArrayEquals(expected, found, Float.MIN_NORMAL, call.op());
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "5, 3, 7", "40, 300, 129", "300, 2000, 5"})
    void rows(int entries, int rows, int width) {
        int[] ids = random.ints(rows, 0, entries).toArray();
        int[] distinct = Occurrences.of(ids, 0).ids();
        Input table = floats(entries, width);
        Input values = floats(rows, width);
        check("modernbert_embedding", new long[] {0}, NO_NUMBERS, List.of(table, integers(ids)), shape(rows, width));
        check("modernbert_select", NONE, NO_NUMBERS, List.of(table, integers(ids)), shape(rows, width));
        check(
                "modernbert_embedding_drows",
                new long[] {0},
                NO_NUMBERS,
                List.of(values, integers(ids), integers(distinct)),
                shape(distinct.length, width));
        check("modernbert_spread", NONE, NO_NUMBERS, List.of(table, integers(ids), values), shape(entries, width));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "4, 2", "9, 17", "3, 256", "3, 257", "5, 5000", "300, 5"})
    void crossEntropy(int rows, int classes) {
        Input logits = floats(rows, classes);
        int[] labels = random.ints(rows, -1, classes).toArray();
        labels[0] = classes - 1;
        Input scale = new Input(new float[] {0.25f}, shape(1), null, null);
        Input dLoss = new Input(new float[] {3}, shape(1), null, null);
        check("modernbert_cross_entropy", NONE, NO_NUMBERS, List.of(logits, integers(labels), scale), shape(1));
        check(
                "modernbert_cross_entropy_dx",
                NONE,
                NO_NUMBERS,
                List.of(dLoss, logits, integers(labels), scale),
                shape(rows, classes));
    }

    /** Texts with padding: their spans, and one token less where that leaves one. */
    private record Texts(int[] starts, int[] lengths) {
        static Texts of(int... spans) {
            int[] starts = new int[spans.length + 1];
            for (int i = 0; i < spans.length; i++) {
                starts[i + 1] = starts[i] + spans[i];
            }
            return new Texts(
                    starts,
                    Arrays.stream(spans).map(span -> Math.max(1, span - 1)).toArray());
        }

        int rows() {
            return starts[lengths.length];
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 128, 129, 300})
    void pooling(int width) {
        Texts texts = Texts.of(1, 5, 2, 40, 9);
        List<Input> segments = List.of(integers(texts.starts), integers(texts.lengths));
        for (Pooling pooling : Pooling.values()) {
            Input x = floats(texts.rows(), width);
            Input dy = floats(texts.lengths.length, width);
            long[] code = {pooling.code()};
            check(
                    "modernbert_pool",
                    code,
                    NO_NUMBERS,
                    List.of(x, segments.get(0), segments.get(1)),
                    shape(texts.lengths.length, width));
            check(
                    "modernbert_pool_dx",
                    code,
                    NO_NUMBERS,
                    List.of(dy, x, segments.get(0), segments.get(1)),
                    shape(texts.rows(), width));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 7", "17, 8", "2, 9", "33, 17", "5, 70"})
    void lstm(int count, int hidden) {
        Texts texts = Texts.of(IntStream.range(0, count).map(i -> 1 + i * 5 % 9).toArray());
        int rows = texts.rows();
        List<Input> segments = List.of(integers(texts.starts), integers(texts.lengths));
        Input projected = floats(rows, 4L * hidden);
        Input weight = floats(4L * hidden, hidden);
        List<Input> in = new ArrayList<>(List.of(projected, weight, floats(4L * hidden)));
        in.addAll(segments);
        long[][] states = {shape(rows, hidden), shape(rows, hidden), shape(rows, 4L * hidden)};
        check("modernbert_lstm_scan", NONE, NO_NUMBERS, in, states);
        List<float[]> forward = run(CPU, new OpCall("modernbert_lstm_scan", NONE, NO_NUMBERS), in, states);
        List<Input> backward = new ArrayList<>(List.of(floats(rows, hidden), weight));
        for (int i = 0; i < states.length; i++) {
            backward.add(new Input(forward.get(i), states[i], null, null));
        }
        backward.addAll(segments);
        check("modernbert_lstm_scan_dx", NONE, NO_NUMBERS, backward, shape(rows, 4L * hidden), shape(rows, hidden));
    }
}
