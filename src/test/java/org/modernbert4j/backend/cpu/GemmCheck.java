package org.modernbert4j.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.modernbert4j.backend.cpu.Buffers.doubles;
import static org.modernbert4j.backend.cpu.Buffers.random;

import java.nio.Buffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.params.provider.Arguments;

/**
 * Products of matrices that lie within larger ones, against products of the same operands in double precision.
 *
 * @param gemm what is checked
 * @param operand makes the memory of an operand from about these numbers
 * @param values gives the numbers in that memory
 * @param leastDifference difference that is allowed of any result, however small
 * @param <B> memory of the operands
 */
record GemmCheck<B extends Buffer>(
        Gemm<B> gemm, Function<FloatBuffer, B> operand, Function<B, double[]> values, double leastDifference) {
    private static final int OFFSET = 3;
    private static final int GAP = 5;

    /** Rows, columns and terms of products that are worth a check. */
    static List<Arguments> sizes() {
        return List.of(
                Arguments.of(1, 1, 1),
                Arguments.of(1, 17, 768),
                Arguments.of(3, 5, 7),
                Arguments.of(64, 300, 64),
                Arguments.of(33, 31, 129),
                Arguments.of(257, 96, 40),
                Arguments.of(2, 768, 1),
                Arguments.of(128, 1, 300));
    }

    /** Checks the products of one size in all forms. */
    void everyForm(int m, int n, int k) {
        for (boolean columnMajorA : new boolean[] {false, true}) {
            for (boolean columnMajorB : new boolean[] {false, true}) {
                for (boolean adds : new boolean[] {false, true}) {
                    form(columnMajorA, columnMajorB, m, n, k, adds);
                }
            }
        }
    }

    /** Checks one product of {@code [m, k]} and {@code [k, n]}, each of them row-major or column-major. */
    void form(boolean columnMajorA, boolean columnMajorB, int m, int n, int k, boolean adds) {
        Matrix<B> a = within(operand, m, k, columnMajorA, 1);
        Matrix<B> b = within(operand, k, n, columnMajorB, 2);
        double[] left = values.apply(a.buffer);
        double[] right = values.apply(b.buffer);
        Matrix<FloatBuffer> c = within(x -> x, m, n, false, 3);
        double[] before = doubles(c.buffer);
        if (adds) {
            gemm.multiplyAdd(a, b, c);
        } else {
            gemm.multiply(a, b, c);
        }
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = adds ? before[c.index(i, j)] : 0;
                double size = Math.abs(sum);
                for (int l = 0; l < k; l++) {
                    double term = left[a.index(i, l)] * right[b.index(l, j)];
                    sum += term;
                    size += Math.abs(term);
                }
                float found = c.buffer.get(c.index(i, j));
                assertEquals(sum, found, 1e-6 * size + leastDifference, gemm + " row " + i + " column " + j);
            }
            for (int at = c.index(i, 0) + n; at < c.index(i, 0) + c.stride; at++) {
                assertEquals(before[at], c.buffer.get(at), gemm + " beside the result");
            }
        }
    }

    /** Random numbers within a larger matrix. */
    private static <T extends Buffer> Matrix<T> within(
            Function<FloatBuffer, T> memory, int rows, int columns, boolean columnMajor, long seed) {
        int lines = columnMajor ? columns : rows;
        int length = columnMajor ? rows : columns;
        int stride = OFFSET + length + GAP;
        Matrix<T> outer = Matrix.of(memory.apply(random(lines * stride + OFFSET, seed)), lines, stride);
        Matrix<T> inner = outer.columns(OFFSET, OFFSET + length);
        return columnMajor ? inner.transposed() : inner;
    }
}
