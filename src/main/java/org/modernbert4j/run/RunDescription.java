package org.modernbert4j.run;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@code run.json} tells of a run; its data need not be there any more. {@link RunFile#describe} reads it.
 *
 * @param task name of the task, such as {@code single-label}
 * @param settings what was asked for, by the names of the command line with spaces between words, in the order to show it in;
 *     {@code model} is where the weights came from, {@code data sha256} the hash of the data
 * @param environment what it ran on, by name, in the order to show it in
 */
public record RunDescription(String task, Map<String, String> settings, Map<String, String> environment) {
    /** Keeps its own copies. */
    public RunDescription {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    }
}
