package org.modernbert4j;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process holds of the machine, as Linux tells it. */
public final class Memory {
    private static final Path STATUS = Path.of("/proc/self/status");

    private Memory() {}

    /** Whether this system tells. */
    public static boolean isTold() {
        return Files.isReadable(STATUS);
    }

    /** Bytes in the machine's memory that belong to no file: Java heap, native memory, stacks. */
    public static long anonymousBytes() {
        return kibibytes("RssAnon:") * 1024;
    }

    /** All bytes in the machine's memory. */
    public static long residentBytes() {
        return kibibytes("VmRSS:") * 1024;
    }

    private static long kibibytes(String name) {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(name))
                    .map(line -> line.replaceAll("[^0-9]", ""))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
