package org.modernbert4j.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The most memory that this process has had in use at once. */
public final class PeakMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s*(\\d+) kB");
    private static final int KIBIBYTES = 1024;

    private PeakMemory() {}

    /** In MiB; null where the system, not being Linux, does not tell. */
    public static Long mebibytes() {
        try {
            Matcher peak = PEAK.matcher(Files.readString(STATUS));
            return peak.find() ? Long.valueOf(Long.parseLong(peak.group(1)) / KIBIBYTES) : null;
        } catch (IOException e) {
            return null;
        }
    }
}
