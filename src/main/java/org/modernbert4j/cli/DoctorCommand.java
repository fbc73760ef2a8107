package org.modernbert4j.cli;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.backend.nvidia.Survey;
import org.modernbert4j.run.Environment;
import picocli.CommandLine.Command;

/** {@code doctor}: shows what this machine can run. */
@Command(
        name = "doctor",
        description =
                "Shows this machine and its NVIDIA device, which backends work and what they run on, and why others do"
                        + " not.",
        footer = {"modernbert4j doctor", "modernbert4j doctor --threads 2"})
final class DoctorCommand extends BaseCommand {
    @Override
    public Integer call() {
        try (Backend best = Backends.ofProcess()) {
            Environment.describe(best.name()).forEach(this::line);
        }
        line("nvidia", Survey.of(Survey.DRIVER).toString());
        Backends.obstacles().forEach((name, obstacle) -> line(name, found(name, obstacle)));
        return 0;
    }

    private static String found(String name, Optional<String> obstacle) {
        if (obstacle.isPresent()) {
            return "does not work: " + obstacle.get();
        }
        try (Backend backend = Backends.open(name)) {
            return Stream.concat(Stream.of("works: " + backend.description()), Backends.notes(name).stream())
                    .collect(Collectors.joining("; "));
        }
    }

    private void line(String name, String value) {
        out().printf("%-12s %s%n", name, value);
    }
}
