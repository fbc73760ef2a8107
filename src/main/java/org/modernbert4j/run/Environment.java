package org.modernbert4j.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nd4j.linalg.api.buffer.DataType;

/** Describes the machine of a run, and measures the process's memory. */
public final class Environment {
    /** The property by which a device computes products of float32 numbers in TF32, so that results differ. */
    private static final String TF32 = "cuda.tf32";

    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s*(\\d+) kB");
    private static final int KIBIBYTES = 1024;

    private Environment() {}

    /**
     * Properties of the machine by name, in display order.
     *
     * @param backend name of the backend
     */
    public static Map<String, String> describe(String backend) {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("java", System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")");
        lines.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        lines.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
        lines.put("heap", Runtime.getRuntime().maxMemory() / (1 << 20) + " MiB");
        lines.put("backend", backend);
        if (Boolean.getBoolean(TF32)) {
            lines.put(TF32, "true");
        }
        String version = DataType.class.getPackage().getImplementationVersion();
        lines.put("nd4j", version == null ? "1.0.0-M2.1" : version);
        return lines;
    }

    /** Peak memory of this process in MiB; null on systems other than Linux. */
    public static Long peakMebibytes() {
        try {
            Matcher peak = PEAK.matcher(Files.readString(Path.of("/proc/self/status")));
            return peak.find() ? Long.valueOf(Long.parseLong(peak.group(1)) / KIBIBYTES) : null;
        } catch (IOException e) {
            return null;
        }
    }
}
