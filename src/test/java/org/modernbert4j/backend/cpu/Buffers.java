package org.modernbert4j.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.Reference;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Machine;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.nd4j.NdArray;

/** Memory for kernels to work on, and its comparison with results in double precision. */
final class Buffers {
    /** Of the largest element, or of 1: float32 rounds to 6e-8, and the sums in these tests have up to a few hundred terms. */
    static final double FLOAT_SUM = 1e-5;

    private Buffers() {}

    static FloatBuffer of(float... values) {
        return ByteBuffer.allocateDirect(values.length * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .put(0, values);
    }

    /** Standard normal numbers. */
    static FloatBuffer random(int count, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return of(values);
    }

    /** What a kernel writes its result into: an element that it forgets stays NaN. */
    static FloatBuffer result(int count) {
        float[] values = new float[count];
        Arrays.fill(values, Float.NaN);
        return of(values);
    }

    /** An array with these numbers. */
    static NdArray input(FloatBuffer values, int... shape) {
        long[] dimensions = Arrays.stream(shape).asLongStream().toArray();
        return (NdArray) Machine.CPU.backend().upload(floats(values), dimensions);
    }

    /** An array with these numbers. */
    static NdArray input(int... values) {
        return (NdArray) Machine.CPU.backend().upload(values);
    }

    /** An array that a kernel writes its result into: an element that it forgets stays NaN. */
    static NdArray output(int... shape) {
        return input(result(Arrays.stream(shape).reduce(1, Math::multiplyExact)), shape);
    }

    /** A copy of the elements: those of an array are freed with it. */
    static FloatBuffer values(NdArray array) {
        try {
            return of(floats(array.floats()));
        } finally {
            Reference.reachabilityFence(array);
        }
    }

    /** Runs the kernel of an op without attributes. */
    static void run(CpuBackend cpu, String op, List<NdArray> in, NdArray... out) {
        run(cpu, new OpCall(op, new long[0], new double[0]), in, out);
    }

    static void run(CpuBackend cpu, OpCall call, List<NdArray> in, NdArray... out) {
        cpu.run(call, in.toArray(new Array[0]), out);
    }

    /** A buffer as a matrix of so many rows. */
    static <B extends Buffer> Matrix<B> matrix(B buffer, int rows) {
        return Matrix.of(buffer, rows, buffer.limit() / rows);
    }

    static float[] floats(FloatBuffer buffer) {
        float[] values = new float[buffer.limit()];
        buffer.get(0, values);
        return values;
    }

    static double[] doubles(FloatBuffer buffer) {
        double[] values = new double[buffer.limit()];
        Arrays.setAll(values, buffer::get);
        return values;
    }

    /** Each element within a share of the largest expected one or, where all are small, of 1, the size of what goes in. */
    static void assertClose(double[] expected, FloatBuffer actual, double tolerance) {
        assertEquals(expected.length, actual.limit());
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        double allowed = tolerance * Math.max(1, largest);
        for (int i = 0; i < expected.length; i++) {
            int at = i;
            assertTrue( // NaN is not close to anything
                    Math.abs(expected[i] - actual.get(i)) <= allowed,
                    () -> "element " + at + ": expected " + expected[at] + ", found " + actual.get(at));
        }
    }
}
