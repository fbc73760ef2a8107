package org.modernbert4j.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.OpCall;
import org.nd4j.linalg.api.buffer.DataType;

/** Where cuBLASLt is looked for, and what is said of it. */
class CublasLtTest {
    private static final List<String> NAMES = List.of("libcublasLt.so.13", "libcublasLt.so.12", "libcublasLt.so.11");

    @TempDir
    private Path root;

    private static Optional<String> noJar(String name) {
        return Optional.empty();
    }

    private String file(String path) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.createFile(file).toString();
    }

    @Test
    void thePropertyDecides() {
        assertEquals(List.of("/x/lt.so"), CublasLt.candidates("/x/lt.so", Map.of(), root, CublasLtTest::noJar));
        assertEquals(List.of(), CublasLt.candidates("none", Map.of(), root, CublasLtTest::noJar));
    }

    @Test
    void theSystemsSearchComesFirst() {
        assertEquals(NAMES, CublasLt.candidates(null, Map.of(), root, CublasLtTest::noJar));
        assertEquals(
                NAMES,
                CublasLt.candidates(null, Map.of("CUDA_HOME", " ", "CUDA_PATH", "/none"), root, CublasLtTest::noJar));
    }

    @Test
    void aLibraryOnTheClassPathComesLast() {
        List<String> found = CublasLt.candidates(
                null, Map.of(), root, name -> name.endsWith("12") ? Optional.of("/cache/" + name) : Optional.empty());
        assertEquals("/cache/libcublasLt.so.12", found.get(found.size() - 1));
        assertEquals(NAMES, found.subList(0, NAMES.size()));
    }

    /** TF32 has ten bits behind the point. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tf32IsWhatThePropertySays(boolean tf32) {
        TestDevice.orSkip();
        float more = 1 + 0x1p-12f;
        String before = System.setProperty(CublasLt.TF32_PROPERTY, String.valueOf(tf32));
        try (CudaBackend cuda = TestDevice.open(true)) {
            assumeTrue(cuda.cublasLt.description().startsWith("cuBLASLt"));
            assertEquals(tf32, cuda.cublasLt.description().endsWith(", float32 as TF32"));
            float[] x = new float[8 * 8];
            Arrays.fill(x, more);
            try (CudaArray a = cuda.upload(x, 8, 8);
                    CudaArray c = cuda.allocate(DataType.FLOAT, 8, 8)) {
                OpCall product = new OpCall("modernbert_linear", new long[0], new double[0]);
                cuda.run(product, new Array[] {a, a}, new Array[] {c});
                assertEquals(tf32 ? 8 : 8 * more * more, cuda.read(c).get(0), 1e-5);
            }
        } finally {
            if (before == null) {
                System.clearProperty(CublasLt.TF32_PROPERTY);
            } else {
                System.setProperty(CublasLt.TF32_PROPERTY, before);
            }
        }
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
                root,
                CublasLtTest::noJar);
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
