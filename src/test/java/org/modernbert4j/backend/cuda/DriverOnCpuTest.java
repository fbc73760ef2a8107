package org.modernbert4j.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the kernels cannot run, this test is skipped and says why; many others then leave the backend out. */
class DriverOnCpuTest {
    @Test
    void isBuilt() throws IOException {
        String obstacle = DriverOnCpu.obstacle().orElse(null);
        assumeTrue(obstacle == null, obstacle);
        assertTrue(Files.size(DriverOnCpu.library()) > 0);
    }

    /** One that answers what it is asked, but has no other functions. */
    @Test
    void aDriverThatLacksFunctionsIsAnObstacle(@TempDir Path temp) throws IOException, InterruptedException {
        TestDevice.orSkip();
        assumeFalse(TestDevice.isReal());
        Path source = Files.writeString(
                temp.resolve("old.cpp"),
                """
                #include <cstring>
                extern "C" {
                int cuInit(int) { return 0; }
                int cuDriverGetVersion(int* version) { return *version = 12060, 0; }
                int cuDeviceGetCount(int* count) { return *count = 1, 0; }
                int cuDeviceGet(int* device, int) { return *device = 0, 0; }
                int cuDeviceGetName(char* name, int, int) { return strcpy(name, "old"), 0; }
                int cuDeviceGetAttribute(int* value, int, int) { return *value = 8, 0; }
                int cuDeviceTotalMem_v2(long* bytes, int) { return *bytes = 1 << 30, 0; }
                }
                """);
        Path library = temp.resolve("libcuda.so.1");
        int built = new ProcessBuilder("g++", "-shared", "-fPIC", "-o", library.toString(), source.toString())
                .inheritIO()
                .start()
                .waitFor();
        assertEquals(0, built);
        String obstacle = Device.obstacle(library.toString()).orElseThrow();
        assertTrue(obstacle.startsWith("NVIDIA's driver cannot be used ("), obstacle);
        assertTrue(obstacle.endsWith("; install a newer one"), obstacle);
    }
}
