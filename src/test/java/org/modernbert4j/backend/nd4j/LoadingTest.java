package org.modernbert4j.backend.nd4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.backend.nvidia.Card;
import org.modernbert4j.backend.nvidia.Survey;
import org.nd4j.linalg.cpu.nativecpu.CpuBackend;
import org.nd4j.linalg.factory.Nd4jBackend;

/** When ND4J's CUDA build gives way to the CPU. */
class LoadingTest {
    /** A backend that a service file can name; nothing makes one. */
    public abstract static class OnADevice extends Nd4jBackend {}

    private static Survey card(String name, int capability, int cuda) {
        return new Survey(Optional.of(new Card(name, capability, 16L << 30, cuda)), Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({"Tesla K80, 37, 11060", "Tesla T4, 75, 12020", "A100, 80, 13000", "L4, 89, 11080"})
    void itsCards(String name, int capability, int cuda) {
        assertEquals(Optional.empty(), Loading.note(card(name, capability, cuda)));
    }

    @Test
    void otherwiseOneLineSaysWhyAndWhatServes() {
        String needs =
                ", the kernels of ND4J's CUDA build need 3.7 to 8.9; use --backend cuda, which needs 7.0, or cpu";
        assertEquals(
                Optional.of("ND4J computes on the CPU: H100 has compute capability 9.0" + needs),
                Loading.note(card("H100", 90, 12090)));
        assertEquals(
                Optional.of("ND4J computes on the CPU: Tesla K40 has compute capability 3.5" + needs),
                Loading.note(card("Tesla K40", 35, 11060)));
        assertEquals(
                Optional.of(
                        "ND4J computes on the CPU: NVIDIA's driver is for CUDA 11.4, the kernels of ND4J's CUDA build need"
                                + " 11.6 or later; install a newer driver"),
                Loading.note(card("A100", 80, 11040)));
        assertEquals(
                Optional.of("ND4J computes on the CPU: no driver"),
                Loading.note(new Survey(Optional.empty(), Optional.of("no driver"))));
    }

    @Test
    void withoutTheCudaBuildNothingIsSaid() {
        assumeTrue(LoadingTest.class.getClassLoader().getResource(Loading.CUDA_BUILD) == null, "built with -Pcuda");
        assertEquals(Optional.empty(), new org.modernbert4j.backend.nd4j.Nd4jBackend.Provider().note());
    }

    @Test
    void onTheCpuOnlyItsBackendIsFound(@TempDir Path folder) throws IOException {
        Path service = folder.resolve("META-INF/services/" + Nd4jBackend.class.getName());
        Files.createDirectories(service.getParent());
        Files.writeString(service, OnADevice.class.getName());
        try (URLClassLoader both = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, Thread.currentThread().getContextClassLoader())) {
            assertTrue(found(both).contains(OnADevice.class));
            assertEquals(List.of(CpuBackend.class), found(new CpuOnly(both)));
        }
    }

    private static List<?> found(ClassLoader loader) {
        return ServiceLoader.load(Nd4jBackend.class, loader).stream()
                .map(ServiceLoader.Provider::type)
                .toList();
    }
}
