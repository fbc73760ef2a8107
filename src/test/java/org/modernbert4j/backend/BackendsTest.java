package org.modernbert4j.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.InputException;

class BackendsTest {
    /** A kind of backend that gives the CPU's, if it works. */
    private record Kind(String name, int priority, Optional<String> obstacle, Optional<String> note, boolean isExpected)
            implements BackendProvider {
        Kind(String name, int priority, String obstacle) {
            this(name, priority, Optional.ofNullable(obstacle), Optional.empty(), true);
        }

        @Override
        public Backend open() {
            return obstacle.isPresent() ? null : Backends.open(name);
        }
    }

    private static final BackendProvider CUDA = new Kind("cuda", 20, "no NVIDIA driver answers");
    private static final List<BackendProvider> ALL =
            List.of(new Kind("nd4j", 0, (String) null), CUDA, new Kind("cpu", 10, (String) null));

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "nd4j"})
    void opensByName(String name) {
        try (Backend backend = Backends.open(name)) {
            assertEquals(name, backend.name());
            assertEquals(name.equals("cpu"), backend.hasKernels());
        }
        try (Backend backend = Backends.open(name, ALL)) {
            assertEquals(name, backend.name());
        }
    }

    @Test
    void autoIsTheBestThatWorks() {
        try (Backend backend = Backends.open("auto", ALL)) {
            assertEquals("cpu", backend.name());
        }
    }

    @ParameterizedTest
    @CsvSource({"nd4j, nd4j", "auto, cpu", ", cpu"})
    void theProcessHasTheOneThatIsNamed(String property, String name) {
        String before = System.getProperty("backend");
        try {
            set(property);
            try (Backend backend = Backends.ofProcess();
                    Backend auto = Backends.open(Backends.AUTO)) {
                assertEquals(name, backend.name());
                assertEquals(name, auto.name());
            }
        } finally {
            set(before);
        }
    }

    private static void set(String property) {
        if (property == null) {
            System.clearProperty("backend");
        } else {
            System.setProperty("backend", property);
        }
    }

    @Test
    void autoSaysWhyItDoesNotTakeABetterOne() {
        assertEquals(
                List.of("backend auto: using cpu; cuda does not work: no NVIDIA driver answers"),
                Backends.notes("auto", ALL));
        assertEquals(List.of(), Backends.notes("cpu", ALL));
        assertEquals(List.of(), Backends.notes("cuda", ALL));
        assertEquals(List.of(), Backends.notes("auto", List.of(CUDA)));
    }

    @Test
    void autoIsSilentOnADeviceThatTheMachineLacks() {
        Optional<String> why = Optional.of("no NVIDIA driver is installed here");
        BackendProvider absent = new Kind("cuda", 20, why, Optional.empty(), false);
        assertEquals(List.of(), Backends.notes("auto", List.of(absent, new Kind("cpu", 10, (String) null))));
    }

    @Test
    void aBackendSaysHowItWorks() {
        List<BackendProvider> kinds = List.of(
                new Kind("nd4j", 0, Optional.empty(), Optional.of("ND4J computes on the CPU"), true),
                new Kind("cpu", 10, (String) null));
        assertEquals(List.of("ND4J computes on the CPU"), Backends.notes("nd4j", kinds));
        assertEquals(List.of("ND4J computes on the CPU"), Backends.notes("auto", kinds));
        assertEquals(List.of(), Backends.notes("cpu", kinds));
    }

    @Test
    void anUnknownNameIsAnErrorThatListsWhatThereIs() {
        Exception error = assertThrows(InputException.class, () -> Backends.open("tpu", ALL));
        assertEquals(
                "backend tpu: no such backend; found cpu, cuda (no NVIDIA driver answers), nd4j; use auto or one"
                        + " that works",
                error.getMessage());
    }

    @Test
    void anObstacleIsAnErrorThatSaysWhy() {
        Exception error = assertThrows(InputException.class, () -> Backends.open("cuda", ALL));
        assertEquals(
                "backend cuda: it does not work here; found cpu, cuda (no NVIDIA driver answers), nd4j; use auto or one"
                        + " that works",
                error.getMessage());
        error = assertThrows(InputException.class, () -> Backends.open("auto", List.of(CUDA)));
        assertEquals(
                "backend auto: it does not work here; found cuda (no NVIDIA driver answers); use auto or one that works",
                error.getMessage());
    }
}
