package org.modernbert4j.backend.cpu;

import java.nio.Buffer;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * The linear layer {@code y = x W^T + b}, with {@code W [out, in]} as published checkpoints store it, and its gradients.
 *
 * @param <B> memory of the operands; bias and results are float32
 */
public final class LinearKernel<B extends Buffer> {
    /** The most rows of a tile: what OpenBLAS computes together. */
    private static final int TILE = 24;

    /** Least average multiplications of a worker's range: OpenBLAS treats a product of up to a million of them as small. */
    private static final int LEAST_MULTIPLICATIONS = 3_000_000;

    private final Gemm<B> gemm;

    /** @param gemm computes the products */
    public LinearKernel(Gemm<B> gemm) {
        this.gemm = gemm;
    }

    /**
     * Computes the result.
     *
     * @param x {@code [rows, in]}
     * @param weight {@code [out, in]}
     * @param bias {@code [out]}, or null for none
     * @param y {@code [rows, out]}: result
     * @throws IllegalArgumentException if the shapes do not fit together
     */
    public void forward(Workers workers, Matrix<B> x, Matrix<B> weight, FloatBuffer bias, Matrix<FloatBuffer> y) {
        multiply(workers, x, weight.transposed(), bias, y);
    }

    /**
     * Computes the gradient of the input.
     *
     * @param dy {@code [rows, out]}
     * @param weight {@code [out, in]}
     * @param dx {@code [rows, in]}: result
     * @throws IllegalArgumentException if the shapes do not fit together
     */
    public void inputGradient(Workers workers, Matrix<B> dy, Matrix<B> weight, Matrix<FloatBuffer> dx) {
        multiply(workers, dy, weight, null, dx);
    }

    /**
     * Computes the gradient of the weight.
     *
     * @param dy {@code [rows, out]}
     * @param x {@code [rows, in]}
     * @param dWeight {@code [out, in]}: result
     * @throws IllegalArgumentException if the shapes do not fit together
     */
    public void weightGradient(Workers workers, Matrix<B> dy, Matrix<B> x, Matrix<FloatBuffer> dWeight) {
        multiply(workers, dy.transposed(), x, null, dWeight);
    }

    private void multiply(Workers workers, Matrix<B> a, Matrix<B> b, FloatBuffer bias, Matrix<FloatBuffer> c) {
        Gemm.requireProduct(a, b, c);
        share(workers, c.rows, c.columns, a.columns, (scratch, from, to) -> {
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
     * Shares the rows of a product such that the number of workers changes no bit. BLAS computes rows in tiles, rounds differently
     * in the last tile, and treats small products differently from large ones. So ranges end between tiles, and none is small.
     */
    private static void share(Workers workers, int rows, int columns, int inner, Workers.RangeTask task) {
        int tiles = Math.max(1, rows / TILE);
        long most = Math.min(tiles, (long) rows * columns * inner / LEAST_MULTIPLICATIONS);
        int parts = (int) Math.max(1, Math.min(workers.count(), most));
        workers.split(
                tiles, parts, (scratch, from, to) -> task.run(scratch, from * TILE, to == tiles ? rows : to * TILE));
    }

    /**
     * Sums a matrix over its rows, in double precision.
     *
     * @param dy {@code [rows, width]}, row-major
     * @param sums {@code [width]}: result
     */
    public static void sumOverRows(Workers workers, Matrix<FloatBuffer> dy, FloatBuffer sums) {
        workers.split(dy.columns, (scratch, from, to) -> {
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
}
