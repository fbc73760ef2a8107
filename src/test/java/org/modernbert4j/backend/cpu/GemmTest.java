package org.modernbert4j.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.modernbert4j.backend.cpu.Buffers.matrix;
import static org.modernbert4j.backend.cpu.Buffers.random;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GemmTest {
    @ParameterizedTest
    @MethodSource("org.modernbert4j.backend.cpu.GemmCheck#sizes")
    void multiplies(int m, int n, int k) {
        for (Gemm<FloatBuffer> gemm : Float32Gemms.all()) {
            new GemmCheck<>(gemm, x -> x, Buffers::doubles, 0).everyForm(m, n, k);
        }
    }

    @Test
    void refusesShapesThatDoNotFitTogether() {
        Gemm<FloatBuffer> gemm = Float32Gemm.cblas();
        Matrix<FloatBuffer> a = matrix(random(2 * 3, 1), 2);
        Matrix<FloatBuffer> b = matrix(random(3 * 4, 2), 3);
        Matrix<FloatBuffer> c = matrix(random(2 * 4, 3), 2);
        gemm.multiply(a, b, c);
        assertRefused(
                "[3, 2] and [3, 4] does not fit into a row-major [2, 4]", () -> gemm.multiply(a.transposed(), b, c));
        assertRefused(
                "[2, 3] and [3, 3] does not fit into a row-major [2, 4]", () -> gemm.multiply(a, b.columns(0, 3), c));
        assertRefused(
                "[1, 3] and [3, 4] does not fit into a row-major [2, 4]", () -> gemm.multiply(a.rows(0, 1), b, c));
        Matrix<FloatBuffer> columnMajor = matrix(random(4 * 2, 3), 4).transposed();
        assertRefused(
                "[2, 3] and [3, 4] does not fit into a column-major [2, 4]", () -> gemm.multiplyAdd(a, b, columnMajor));
    }

    private static void assertRefused(String message, Executable product) {
        String found = assertThrows(IllegalArgumentException.class, product).getMessage();
        assertEquals("the product of " + message, found);
    }
}
