package org.modernbert4j.backend.cpu;

import java.nio.Buffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.nd4j.NdArray;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The products of a linear layer {@code y = x W^T + b}, with {@code W [out, in]} as published checkpoints store it, and of its
 * gradients, in the precision of the operands; bias and results are float32.
 *
 * @param gemm computes the product
 * @param left {@code x [rows, in]}, or the gradient {@code dy [rows, out]}
 * @param right {@code W [out, in]}, or {@code x [rows, in]} for the gradient of W
 * @param <B> memory of the operands
 */
record LinearKernel<B extends Buffer>(Gemm<B> gemm, Matrix<B> left, Matrix<B> right) {
    /** The most rows that OpenBLAS computes together. */
    private static final int TILE = 24;

    /** The least average multiplications of a worker's range. OpenBLAS treats a product of up to a million of them as small. */
    private static final int LEAST_MULTIPLICATIONS = 3_000_000;

    private static LinearKernel<?> of(CpuBackend cpu, NdArray[] in) {
        return in[0].type() == DataType.BFLOAT16
                ? new LinearKernel<>(cpu.bfloat16(), Matrix.ofBfloat16(in[0]), Matrix.ofBfloat16(in[1]))
                : new LinearKernel<>(cpu.float32OfRows, Matrix.of(in[0]), Matrix.of(in[1]));
    }

    static void forward(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        of(cpu, in).forward(cpu.workers, in.length > 2 ? in[2].floats() : null, Matrix.of(out[0]));
    }

    static void inputGradient(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        of(cpu, in).inputGradient(cpu.workers, Matrix.of(out[0]));
    }

    static void weightGradient(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        of(cpu, in).weightGradient(cpu.workers, Matrix.of(out[0]));
    }

    /** Sums the gradient of the result over its rows, in double precision. */
    static void biasGradient(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        Matrix<FloatBuffer> dy = Matrix.of(in[0]); // [rows, width]
        FloatBuffer sums = out[0].floats(); // [width]
        cpu.workers.split(dy.columns, (scratch, from, to) -> {
            int columns = to - from;
            float[] part = scratch.array(0, columns);
            double[] sum = scratch.doubles(0, columns);
            Arrays.fill(sum, 0, columns, 0);
            for (int row = 0; row < dy.rows; row++) {
                dy.buffer.get(dy.index(row, from), part, 0, columns);
                add(sum, part, columns);
            }
            for (int i = 0; i < columns; i++) {
                sums.put(from + i, (float) sum[i]);
            }
        });
    }

    private static void add(double[] sum, float[] part, int count) {
        for (int i = 0; i < count; i++) {
            sum[i] += part[i];
        }
    }

    /**
     * Computes the result.
     *
     * @param bias {@code [out]}, or null for none
     * @param y {@code [rows, out]}
     * @throws IllegalArgumentException if the shapes do not fit together
     */
    void forward(Workers workers, FloatBuffer bias, Matrix<FloatBuffer> y) {
        multiply(workers, left, right.transposed(), bias, y);
    }

    /** Computes the gradient of the input, dx {@code [rows, in]}, with the errors of {@link #forward}. */
    void inputGradient(Workers workers, Matrix<FloatBuffer> dx) {
        multiply(workers, left, right, null, dx);
    }

    /** Computes the gradient of the weight, {@code [out, in]}, with the errors of {@link #forward}. */
    void weightGradient(Workers workers, Matrix<FloatBuffer> dWeight) {
        multiply(workers, left.transposed(), right, null, dWeight);
    }

    private void multiply(Workers workers, Matrix<B> a, Matrix<B> b, FloatBuffer bias, Matrix<FloatBuffer> c) {
        Gemm.requireProduct(a, b, c);
        int most = gemm.parts(a, workers.count());
        share(workers, most, c.rows, c.columns, a.columns, (scratch, from, to) -> {
            if (bias == null) {
                gemm.multiply(a.rows(from, to), b, c.rows(from, to));
            } else {
                for (int row = from; row < to; row++) {
                    c.buffer.put(c.index(row, 0), bias, 0, c.columns);
                }
                gemm.multiplyAdd(a.rows(from, to), b, c.rows(from, to));
            }
        });
    }

    /**
     * Shares the rows of a product so that the number of workers changes no bit. BLAS computes rows in tiles, rounds differently in
     * the last tile, and treats small products differently from large ones. So ranges end between tiles, and none is small.
     */
    private static void share(Workers workers, int most, int rows, int columns, int inner, Workers.RangeTask task) {
        int tiles = Math.max(1, rows / TILE);
        long large = Math.min(tiles, (long) rows * columns * inner / LEAST_MULTIPLICATIONS);
        int parts = (int) Math.max(1, Math.min(most, large));
        workers.split(
                tiles, parts, (scratch, from, to) -> task.run(scratch, from * TILE, to == tiles ? rows : to * TILE));
    }
}
