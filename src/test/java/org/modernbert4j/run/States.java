package org.modernbert4j.run;

import java.nio.file.Path;
import java.util.Map;
import org.modernbert4j.task.MetricsFormat;

/** Lets tests of other packages read the state of a checkpoint. */
public final class States {
    private States() {}

    /** Reads the state as a run does that goes on. */
    public static <M> Map<String, Integer> read(Path checkpoint, MetricsFormat<M> format) {
        return StateFile.read(checkpoint, new RunState<>(format), format);
    }
}
