package org.modernbert4j.ops.kernel;

import java.nio.FloatBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GemmTest {
    @ParameterizedTest
    @MethodSource("org.modernbert4j.ops.kernel.GemmCheck#sizes")
    void multiplies(int m, int n, int k) {
        for (Gemm<FloatBuffer> gemm : Float32Gemms.all()) {
            new GemmCheck<>(gemm, x -> x, Buffers::doubles, 0).everyForm(m, n, k);
        }
    }
}
