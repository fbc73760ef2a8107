package org.modernbert4j.task;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;

/**
 * What a network is to learn from which data, with all its numbers.
 *
 * @param <M> the task's metrics
 */
public interface TaskSettings<M> {
    /** The name of the task, as its {@link TaskProvider} has it. */
    String task();

    /** The files of its texts, in an order that counts. A run is resumed only while they are the same. */
    List<Path> files();

    /** Adds all numbers to the settings of a run, by their names on the command line. */
    void write(JsonObject settings);

    /**
     * Reads and encodes the texts.
     *
     * @throws org.modernbert4j.InputException if they cannot be used, or do not fit the checkpoint
     */
    Task<M> open(TaskInput input);

    /**
     * Whether the encoder itself is what is wanted. Then the last weights are kept instead of the best ones, in the folder {@code
     * model} of a run, and the usual training is a long one.
     */
    default boolean isPretraining() {
        return false;
    }
}
