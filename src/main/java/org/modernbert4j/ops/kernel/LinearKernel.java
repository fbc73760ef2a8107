package org.modernbert4j.ops.kernel;

import java.nio.Buffer;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * {@code y = x W^T + b} with {@code W [out, in]} as published checkpoints store it, and its gradients one by one.
 *
 * @param <B> memory of the operands; results are float32
 */
public final class LinearKernel<B extends Buffer> {
    /** The most rows that a kernel of OpenBLAS computes together. */
    private static final int TILE = 24;

    /** Multiplications of a part, on average: OpenBLAS treats a product of up to a million as small. */
    private static final int LEAST_PRODUCTS = 3_000_000;

    private final Gemm<B> gemm;

    /** @param gemm does the products */
    public LinearKernel(Gemm<B> gemm) {
        this.gemm = gemm;
    }

    /**
     * Shares the rows of a product such that the number of workers changes no bit: BLAS computes rows in tiles, differently in the
     * last one, and small products differently from others. So cuts lie between tiles, and no part is small.
     */
    private static void share(Workers workers, int rows, int columns, int inner, Workers.RangeTask task) {
        int tiles = Math.max(1, rows / TILE);
        long most = Math.min(tiles, (long) rows * columns * inner / LEAST_PRODUCTS);
        int parts = (int) Math.max(1, Math.min(workers.count(), most));
        workers.split(
                tiles, parts, (scratch, from, to) -> task.run(scratch, from * TILE, to == tiles ? rows : to * TILE));
    }

    /**
     * Computes the result.
     *
     * @param x {@code [rows, in]}
     * @param weight {@code [out, in]}
     * @param bias {@code [out]}, or null for none
     * @param y {@code [rows, out]}
     */
    public void forward(Workers workers, B x, B weight, FloatBuffer bias, FloatBuffer y, int rows, int in, int out) {
        share(workers, rows, out, in, (scratch, from, to) -> {
            if (bias != null) {
                for (int row = from; row < to; row++) {
                    y.put(row * out, bias, 0, out);
                }
            }
            boolean adds = bias != null;
            gemm.multiply(false, true, to - from, out, in, x, from * in, in, weight, 0, in, adds, y, from * out, out);
        });
    }

    /**
     * Computes the gradient of the input.
     *
     * @param dy {@code [rows, out]}
     * @param weight {@code [out, in]}
     * @param dx {@code [rows, in]}
     */
    public void inputGradient(Workers workers, B dy, B weight, FloatBuffer dx, int rows, int in, int out) {
        share(
                workers,
                rows,
                in,
                out,
                (scratch, from, to) -> gemm.multiply(
                        false,
                        false,
                        to - from,
                        in,
                        out,
                        dy,
                        from * out,
                        out,
                        weight,
                        0,
                        in,
                        false,
                        dx,
                        from * in,
                        in));
    }

    /**
     * Computes the gradient of the weight.
     *
     * @param dy {@code [rows, out]}
     * @param x {@code [rows, in]}
     * @param dWeight {@code [out, in]}
     */
    public void weightGradient(Workers workers, B dy, B x, FloatBuffer dWeight, int rows, int in, int out) {
        share(
                workers,
                out,
                in,
                rows,
                (scratch, from, to) -> gemm.multiply(
                        true, false, to - from, in, rows, dy, from, out, x, 0, in, false, dWeight, from * in, in));
    }

    /**
     * Sums a matrix over its rows, in double precision.
     *
     * @param dy {@code [rows, width]}
     * @param sums {@code [width]}
     */
    public static void sumOverRows(Workers workers, FloatBuffer dy, FloatBuffer sums, int rows, int width) {
        workers.split(width, (scratch, from, to) -> {
            int columns = to - from;
            float[] part = scratch.array(0, columns);
            double[] sum = scratch.doubles(0, columns);
            Arrays.fill(sum, 0, columns, 0);
            for (int row = 0; row < rows; row++) {
                dy.get(row * width + from, part, 0, columns);
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
