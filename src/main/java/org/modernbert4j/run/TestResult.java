package org.modernbert4j.run;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.modernbert4j.OutputFile;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonFile;
import org.modernbert4j.task.Measurement.Outcome;
import org.modernbert4j.task.MetricsFormat;

/** {@value #NAME} in a run's folder: what its final model gave on the test texts. */
final class TestResult {
    static final String NAME = "test.json";

    private static final String LOSS = "loss";

    private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

    private TestResult() {}

    /** Writes the file. */
    static <M> void write(Path run, Outcome<M> outcome, MetricsFormat<M> format) {
        JsonObject numbers = new JsonObject();
        format.numbers(outcome).forEach(numbers::addProperty);
        format.write(outcome.requireMetrics(), "", numbers);
        OutputFile.write(run.resolve(NAME), GSON.toJson(numbers), RunSession.REMEDY);
    }

    /**
     * Reads the file, which has no times; empty if there is none.
     *
     * @throws org.modernbert4j.InputException if it is broken
     */
    static <M> Optional<Outcome<M>> read(Path run, MetricsFormat<M> format) {
        if (!Files.exists(run.resolve(NAME))) {
            return Optional.empty();
        }
        JsonFields numbers = JsonFile.read(run.resolve(NAME), "delete it and resume");
        return Optional.of(new Outcome<>(numbers.number(LOSS), format.read(numbers, ""), 0));
    }
}
