package org.modernbert4j.backend.cpu;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** What multiplies float32 on the machine that runs the tests. */
final class Float32Gemms {
    private Float32Gemms() {}

    /** All of them: oneDNN only where it has a build. */
    static List<Gemm<FloatBuffer>> all() {
        List<Gemm<FloatBuffer>> gemms = new ArrayList<>(List.of(Float32Gemm.cblas()));
        try {
            gemms.add(Float32Gemm.oneDnn());
        } catch (LinkageError e) {
            System.err.println("only cblas is tested here: " + e.getMessage());
        }
        return gemms;
    }
}
