package org.modernbert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.backend.nvidia.Survey;

class DoctorCommandTest {
    @Test
    void oneLineForTheDeviceAndOneForEachBackend() {
        Console doctor = Console.run("doctor");
        assertEquals(0, doctor.code(), doctor.err());
        List<String> lines = doctor.out().lines().toList();
        assertTrue(lines.contains("nvidia       " + Survey.of(Survey.DRIVER)), doctor.out());
        Backends.obstacles().forEach((name, obstacle) -> {
            String expected = "%-12s %s"
                    .formatted(name, obstacle.map("does not work: "::concat).orElse("works: "));
            assertTrue(lines.stream().anyMatch(line -> line.startsWith(expected)), doctor.out());
        });
    }

    @Test
    void whatDoesNotWorkComesWithARemedy() {
        List<String> bare = Backends.obstacles().values().stream()
                .flatMap(Optional::stream)
                .filter(obstacle -> !obstacle.contains("; "))
                .toList();
        assertEquals(List.of(), bare);
    }
}
