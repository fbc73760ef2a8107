package org.modernbert4j.run;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.modernbert4j.InputException;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonValue;
import org.modernbert4j.json.Settings;
import org.modernbert4j.run.RunFile.Stored;

/**
 * What a checkpoint was trained under: the task, the hashes of the data, and the settings that the results depend on, under the names
 * that they have in {@link RunFile}. Each checkpoint has them, so that a run goes on under nothing else. It also names the backend,
 * but a run may go on on another one: its results are the same to rounding.
 */
final class TrainedUnder {
    /** May change when a run goes on: where files are, how long it goes on, what is saved, what ends it. */
    private static final Set<String> FREE = Set.of(
            RunFile.MODEL,
            RunFile.DATA,
            RunFile.OUTPUT,
            "epochs",
            "steps",
            "patience",
            "save_every",
            "keep_checkpoints",
            "on_nan");

    /** Stands for a file: where it is may change, and its hash is compared. */
    private static final String A_FILE = "a file";

    private TrainedUnder() {}

    /** What the checkpoints of a run are trained under. */
    static JsonObject of(Stored run) {
        JsonObject fixed = RunFile.settings(run.run());
        run.run().task().options().forEach(option -> fixed.addProperty(option, A_FILE));
        FREE.forEach(fixed::remove);
        fixed.addProperty(RunFile.TASK, run.run().task().task());
        JsonArray hashes = new JsonArray();
        run.hashes().forEach(hashes::add);
        fixed.add(RunFile.HASHES, hashes);
        return fixed;
    }

    /**
     * Checks that a run is what one of its checkpoints was trained under.
     *
     * @param file of the run
     * @param now what the file says
     * @param then what {@link #of} gave when the checkpoint was saved
     * @throws InputException if something differs; the message names it
     */
    static void check(Path file, Stored now, Path checkpoint, JsonFields then) {
        JsonObject found = of(now);
        JsonObject expected = read(then, now);
        Set<String> names = new TreeSet<>(expected.keySet());
        names.addAll(found.keySet());
        names.remove(RunFile.BACKEND);
        List<String> differences = new ArrayList<>();
        for (String name : names) {
            String is = shown(found, name);
            String was = shown(expected, name);
            if (!is.equals(was)) {
                differences.add("%s: found %s, expected %s".formatted(name, is, was));
            }
        }
        if (!differences.isEmpty()) {
            throw new InputException("%s: %s, as %s was trained; put that back, or start a new run with other settings"
                    .formatted(file, String.join(", and ", differences), checkpoint));
        }
    }

    /**
     * What {@link #of} gave, as it would give it now: a setting that an older version did not have is as it was then. Of another task
     * nothing but the name is compared.
     */
    private static JsonObject read(JsonFields then, Stored now) {
        String task = then.text(RunFile.TASK);
        if (!task.equals(now.run().task().task())) {
            JsonObject other = of(now);
            other.addProperty(RunFile.TASK, task);
            return other;
        }
        JsonObject free = RunFile.settings(now.run());
        free.keySet().retainAll(FREE);
        Settings settings = Settings.reading(then.withMissing(free));
        Run<?> run = then.make(() -> RunFile.exchange(now.run(), settings, Intervals.EPOCH));
        List<String> hashes = then.list(RunFile.HASHES, JsonValue::text);
        return of(new Stored(run, now.directory(), hashes, Map.of(), Map.of()));
    }

    private static String shown(JsonObject settings, String name) {
        return settings.has(name) ? settings.get(name).toString() : "nothing";
    }
}
