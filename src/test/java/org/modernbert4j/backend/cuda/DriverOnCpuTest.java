package org.modernbert4j.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** Where the kernels cannot run, this test is skipped and says why; many others then leave the backend out. */
class DriverOnCpuTest {
    @Test
    void isBuilt() throws IOException {
        String obstacle = DriverOnCpu.obstacle().orElse(null);
        assumeTrue(obstacle == null, obstacle);
        assertTrue(Files.size(DriverOnCpu.library()) > 0);
    }
}
