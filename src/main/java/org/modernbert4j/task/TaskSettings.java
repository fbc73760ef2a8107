package org.modernbert4j.task;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.ServiceLoader;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.Settings;

/**
 * The settings of a task: its data and all its options.
 *
 * @param <M> the task's metrics
 */
public interface TaskSettings<M> {
    /** Registers a task for readers of {@code run.json}. {@link ServiceLoader} finds it. */
    interface Provider {
        /** Example settings of the task; the data need not exist. */
        TaskSettings<?> example();
    }

    /** The name of the task in {@code run.json}. */
    String task();

    /** The files of its texts; their order affects the result. A run resumes only if the files have not changed. */
    List<Path> files();

    /** The option that names each of {@link #files}. */
    default List<String> options() {
        return Collections.nCopies(files().size(), "data");
    }

    /**
     * The same with the files elsewhere.
     *
     * @param files as many as {@link #files} has, in its order
     */
    TaskSettings<M> withFiles(List<Path> files);

    /**
     * Writes these settings, or reads them, by their names on the command line.
     *
     * @throws org.modernbert4j.InputException if one is missing, broken or out of range
     */
    TaskSettings<M> exchange(Settings settings);

    /**
     * Reads and encodes the texts.
     *
     * @throws org.modernbert4j.InputException if the texts cannot be used, or do not fit the checkpoint
     */
    Task<M> open(TaskInput input);

    /** Whether the task pre-trains the encoder; then the defaults are those of a long training. */
    default boolean isPretraining() {
        return false;
    }

    /** Whether a run keeps the weights of its best evaluation; otherwise it keeps the weights after its last step. */
    default boolean keepsBest() {
        return !isPretraining();
    }

    /**
     * The example settings of a task.
     *
     * @param name of the task
     * @param run the fields that contain the name
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
