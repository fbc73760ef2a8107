package org.modernbert4j.task;

import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.Settings;

/**
 * What a network is to learn from which data, with all its numbers.
 *
 * @param <M> the task's metrics
 */
public interface TaskSettings<M> {
    /** Makes a task known to readers of {@code run.json}; found by {@link ServiceLoader}. */
    interface Provider {
        /** Settings of the task, for data that need not exist. */
        TaskSettings<?> example();
    }

    /** The name of the task in {@code run.json}. */
    String task();

    /** The files of its texts, in an order that counts. A run is resumed only while they are the same. */
    List<Path> files();

    /**
     * Writes these settings, or reads others, by their names on the command line.
     *
     * @throws org.modernbert4j.InputException if one is missing, broken or out of range
     */
    TaskSettings<M> exchange(Settings settings);

    /**
     * Reads and encodes the texts.
     *
     * @throws org.modernbert4j.InputException if they cannot be used, or do not fit the checkpoint
     */
    Task<M> open(TaskInput input);

    /** Whether the task trains the encoder itself, whose usual training is a long one. */
    default boolean isPretraining() {
        return false;
    }

    /** Whether a run keeps the weights of its best evaluation; otherwise it keeps those after its last step. */
    default boolean keepsBest() {
        return !isPretraining();
    }

    /**
     * The example of a task.
     *
     * @param name of the task
     * @param run where the name stands
     * @throws org.modernbert4j.InputException if there is no such task
     */
    static TaskSettings<?> example(String name, JsonFields run) {
        List<? extends TaskSettings<?>> known = ServiceLoader.load(Provider.class).stream()
                .map(provider -> provider.get().example())
                .toList();
        return known.stream()
                .filter(task -> task.task().equals(name))
                .findFirst()
                .orElseThrow(() -> run.error(
                        "task",
                        name,
                        "one of " + known.stream().map(TaskSettings::task).toList()));
    }
}
