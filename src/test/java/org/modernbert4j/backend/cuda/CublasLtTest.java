package org.modernbert4j.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where cuBLASLt is looked for, and what is said of it. */
class CublasLtTest {
    private static final List<String> NAMES = List.of("libcublasLt.so.13", "libcublasLt.so.12", "libcublasLt.so.11");

    @TempDir
    private Path root;

    private String file(String path) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.createFile(file).toString();
    }

    @Test
    void thePropertyDecides() {
        assertEquals(List.of("/x/lt.so"), CublasLt.candidates("/x/lt.so", Map.of(), root));
        assertEquals(List.of(), CublasLt.candidates("none", Map.of(), root));
    }

    @Test
    void theSystemsSearchComesFirst() {
        assertEquals(NAMES, CublasLt.candidates(null, Map.of(), root));
        assertEquals(NAMES, CublasLt.candidates(null, Map.of("CUDA_HOME", " ", "CUDA_PATH", "/none"), root));
    }

    @Test
    void thenTheToolkits() throws IOException {
        String system = file("usr/lib/x86_64-linux-gnu/libcublasLt.so.12");
        String latest = file("usr/local/cuda-13.0/lib64/libcublasLt.so.13");
        String older = file("usr/local/cuda-12.4/lib64/libcublasLt.so.12");
        String preferred = file("usr/local/cuda/lib64/libcublasLt.so.12");
        String home = file("opt/home/lib64/libcublasLt.so.11");
        String path = file("opt/path/lib64/libcublasLt.so.13");
        List<String> candidates = CublasLt.candidates(
                null,
                Map.of(
                        "CUDA_PATH", root.resolve("opt/path").toString(),
                        "CUDA_HOME", root.resolve("opt/home").toString()),
                root);
        assertEquals(List.of(home, path, preferred, latest, older, system), candidates.subList(3, candidates.size()));
    }

    @Test
    void oneLineSaysWhatComputes() {
        TestDevice.orSkip();
        assumeFalse(TestDevice.isReal());
        try (CudaBackend with = TestDevice.open(true);
                CudaBackend without = TestDevice.open(false)) {
            assertTrue(
                    with.cublasLt.description().matches("cuBLASLt 12\\.6\\.4 of .*libcuda_on_cpu\\.so"),
                    with.cublasLt::description);
            assertTrue(
                    with.description().startsWith("CPU, for tests, compute capability 8.0, driver for CUDA 12.6, "),
                    with::description);
            assertEquals(
                    "own kernels, which take 3 to 10 times as long as cuBLASLt (-Dcuda.cublaslt=none)",
                    without.cublasLt.description());
            try (CublasLt other = new CublasLt(with.device, List.of("/no/lt.so"))) {
                assertTrue(other.description().contains("(this process has loaded "), other::description);
            }
        }
    }
}
