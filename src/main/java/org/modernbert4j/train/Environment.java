package org.modernbert4j.train;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.factory.Nd4j;

/** What a run runs on. */
public final class Environment {
    private Environment() {}

    /** Names and values, in the order for a reader. */
    public static Map<String, String> describe() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("java", System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")");
        lines.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        lines.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
        lines.put("heap", Runtime.getRuntime().maxMemory() / (1 << 20) + " MiB");
        lines.put("backend", Nd4j.getBackend().getClass().getSimpleName());
        String version = Nd4j.class.getPackage().getImplementationVersion();
        lines.put("nd4j", version == null ? "1.0.0-M2.1" : version);
        return lines;
    }
}
