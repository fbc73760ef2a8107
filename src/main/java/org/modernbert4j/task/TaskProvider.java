package org.modernbert4j.task;

import java.util.List;
import java.util.ServiceLoader;
import org.modernbert4j.json.JsonFields;

/** Reads the settings of one kind of task; found by {@link ServiceLoader}. */
public interface TaskProvider {
    /** The name of the task in {@code run.json}. */
    String name();

    /**
     * Reads what {@link TaskSettings#write} wrote.
     *
     * @throws org.modernbert4j.InputException if a setting is missing, broken or out of range
     */
    TaskSettings<?> read(JsonFields settings);

    /**
     * The provider of a task.
     *
     * @param run where the name stands
     * @throws org.modernbert4j.InputException if there is no such task
     */
    static TaskProvider named(JsonFields run, String name) {
        List<TaskProvider> all = ServiceLoader.load(TaskProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        return all.stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow(() -> run.error(
                        "task",
                        name,
                        "one of " + all.stream().map(TaskProvider::name).toList()));
    }
}
