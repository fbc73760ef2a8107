package org.modernbert4j.run;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.modernbert4j.OutputFile;
import org.modernbert4j.checkpoint.OwnFiles;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonFile;
import org.modernbert4j.json.JsonValue;
import org.modernbert4j.run.RunState.Moved;
import org.modernbert4j.run.RunState.Replanned;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.Measurement.Outcome;
import org.modernbert4j.task.Measurement.Totals;
import org.modernbert4j.task.MetricsFormat;

/**
 * {@code trainer_state.json} of a checkpoint: the state of the run, without weights and moments. Where the transformers library has
 * the same field, the name is the same. There is no random state: seed and step determine batches, dropout and masks. {@link TrainedUnder} is the
 * last field.
 */
public final class StateFile {
    static final String NAME = OwnFiles.STATE;
    private static final String REMEDY = "go on from an earlier checkpoint, or start a new run";
    private static final String STEP = "global_step";
    private static final String PLANNED = "max_steps";
    private static final String REPLANNED = "replanned";
    private static final String MOVED = "moved";
    private static final String TOKENS = "num_input_tokens_seen";
    private static final String SKIPPED = "skipped_steps";
    private static final String SECONDS = "seconds";
    private static final String LOSS_SUM = "loss_sum";
    private static final String WEIGHT = "loss_weight";
    private static final String SECONDS_SINCE = "seconds_since_log";
    private static final String OPTIMIZER_STEPS = "optimizer_steps";
    private static final String TRAINED_UNDER = "trained_under";
    private static final String LOG = "log_history";
    private static final String EPOCH = "epoch";
    private static final String STEP_OF_LOG = "step";
    private static final String TRAINABLE = "trainable";
    private static final String LEARNING_RATE = "learning_rate";
    private static final String LOSS = "loss";
    private static final String TRAIN_SECONDS = "train_runtime";

    /** Prefix of the names of validation metrics. */
    private static final String EVAL = "eval_";

    private static final String EVAL_SECONDS = EVAL + "runtime";

    private static final Gson GSON = new GsonBuilder()
            .serializeSpecialFloatingPointValues()
            .setPrettyPrinting()
            .create();

    private StateFile() {}

    /** Writes the file into a folder. */
    static <M> void write(
            Path folder,
            RunState<M> state,
            Map<String, Integer> optimizerSteps,
            MetricsFormat<M> format,
            JsonObject trainedUnder) {
        JsonObject stored = new JsonObject();
        stored.addProperty(STEP, state.step);
        addPlan(state.plan(), stored);
        if (!state.moved.isEmpty()) {
            stored.add(MOVED, moved(state.moved));
        }
        stored.addProperty(TOKENS, state.tokens);
        stored.addProperty(SKIPPED, state.skipped);
        stored.addProperty(LOSS_SUM, state.lossSum);
        stored.addProperty(WEIGHT, state.weight);
        stored.addProperty(SECONDS_SINCE, state.secondsSince);
        state.trained.ifPresent(found -> format.write(found, "", stored));
        stored.add(OPTIMIZER_STEPS, GSON.toJsonTree(optimizerSteps));
        state.best().ifPresent(best -> stored.addProperty("best_metric", format.score(best)));
        JsonArray log = new JsonArray();
        state.measurements.forEach(measurement -> log.add(log(measurement, format)));
        stored.add(LOG, log);
        stored.add(TRAINED_UNDER, trainedUnder);
        OutputFile.write(folder.resolve(NAME), GSON.toJson(stored), "make room");
    }

    /** What {@link TrainedUnder} gave for the run of a checkpoint; empty if an older version saved it. */
    static Optional<JsonFields> trainedUnder(Path checkpoint) {
        return fields(checkpoint).find(TRAINED_UNDER).map(JsonValue::fields);
    }

    private static JsonArray replanned(List<Replanned> all) {
        JsonArray changes = new JsonArray();
        for (Replanned change : all) {
            JsonObject stored = new JsonObject();
            stored.addProperty(STEP, change.step());
            stored.addProperty(PLANNED, change.plannedBefore());
            changes.add(stored);
        }
        return changes;
    }

    private static JsonArray moved(List<Moved> all) {
        JsonArray changes = new JsonArray();
        for (Moved change : all) {
            JsonObject stored = new JsonObject();
            stored.addProperty(STEP, change.step());
            stored.addProperty(RunFile.BACKEND, change.backendBefore());
            changes.add(stored);
        }
        return changes;
    }

    /** Writes a file that tells only after which step a model was saved, and under which plan. */
    static void writePlace(Path folder, PlannedRun.Place place) {
        JsonObject stored = new JsonObject();
        stored.addProperty(STEP, place.step());
        place.plan().ifPresent(plan -> addPlan(plan, stored));
        OutputFile.write(folder.resolve(NAME), GSON.toJson(stored), "make room");
    }

    /** After which step a model was saved, and under which plan; empty if its folder does not tell. */
    static Optional<PlannedRun.Place> readPlace(Path folder) {
        if (!Files.exists(folder.resolve(NAME))) {
            return Optional.empty();
        }
        JsonFields stored = fields(folder);
        Optional<PlannedRun> plan = stored.has(PLANNED)
                ? Optional.of(new PlannedRun(stored.get(PLANNED).integerFrom(1), changes(stored)))
                : Optional.empty();
        return Optional.of(new PlannedRun.Place(stored.get(STEP).integerFrom(0), plan));
    }

    private static void addPlan(PlannedRun plan, JsonObject stored) {
        stored.addProperty(PLANNED, plan.steps());
        if (!plan.changes().isEmpty()) {
            stored.add(REPLANNED, replanned(plan.changes()));
        }
    }

    private static List<Replanned> changes(JsonFields stored) {
        return stored.has(REPLANNED)
                ? stored.list(REPLANNED, JsonValue::fields).stream()
                        .map(change -> new Replanned(
                                change.get(STEP).integerFrom(0),
                                change.get(PLANNED).integerFrom(1)))
                        .toList()
                : List.of();
    }

    private static <M> JsonObject log(Measurement<M> measurement, MetricsFormat<M> format) {
        JsonObject log = new JsonObject();
        log.addProperty(EPOCH, measurement.epoch());
        log.addProperty(STEP_OF_LOG, measurement.step());
        log.addProperty(TRAINABLE, measurement.trainable());
        log.addProperty(LEARNING_RATE, measurement.learningRate());
        log.addProperty(TOKENS, measurement.tokens());
        log.addProperty(SECONDS, measurement.seconds());
        log.addProperty(SKIPPED, measurement.totals().skipped());
        Outcome<M> training = measurement.training();
        log.addProperty(LOSS, training.loss());
        training.metrics().ifPresent(found -> format.write(found, "", log));
        log.addProperty(TRAIN_SECONDS, training.seconds());
        measurement.validation().ifPresent(validation -> {
            log.addProperty(EVAL + LOSS, validation.loss());
            format.write(validation.requireMetrics(), EVAL, log);
            log.addProperty(EVAL_SECONDS, validation.seconds());
        });
        return log;
    }

    /**
     * Reads the state of a checkpoint folder into {@code state}. Where the run was planned for another number of steps than {@code
     * state}, that is added to the changes of its plan; where it ran on another backend, to those of its backend.
     *
     * @return the optimizer's step count of each parameter
     * @throws InputException if the file is missing or broken
     */
    static <M> Map<String, Integer> read(Path folder, RunState<M> state, MetricsFormat<M> format) {
        JsonFields stored = fields(folder);
        state.step = stored.get(STEP).integerFrom(0);
        if (!folder.getFileName().toString().endsWith("-" + state.step)) {
            throw stored.error(STEP, state.step, "the number in the name of the folder");
        }
        state.tokens = stored.has(TOKENS) ? stored.get(TOKENS).longFrom(0) : 0;
        state.skipped = stored.has(SKIPPED) ? stored.get(SKIPPED).integerFrom(0) : 0;
        state.lossSum = stored.number(LOSS_SUM);
        readPlan(stored, state);
        readBackend(stored, state);
        state.measurements.addAll(measurements(stored, format));
        requireOrder(stored, state.measurements, state.step);
        state.trained = format.read(stored, "");
        double before = secondsOf(state.measurements);
        if (stored.has(WEIGHT)) {
            state.weight = stored.get(WEIGHT).numberFrom(0);
            state.secondsSince = stored.get(SECONDS_SINCE).numberFrom(0);
        } else if (stored.has("summed_steps")) { // an older pre-training
            state.weight = stored.get("summed_steps").integerFrom(0);
            state.secondsSince = stored.number(SECONDS) - before;
        } else { // an older fine-tuning
            state.weight = stored.list("truth", JsonValue::integer).size();
            state.secondsSince = stored.get(SECONDS).numberFrom(0);
        }
        state.seconds = before + state.secondsSince;
        return stored.map(OPTIMIZER_STEPS, steps -> steps.integerFrom(1));
    }

    private static void readPlan(JsonFields stored, RunState<?> state) {
        state.replanned.addAll(changes(stored));
        if (stored.has(PLANNED)) {
            int planned = stored.get(PLANNED).integerFrom(1);
            if (planned != state.plannedSteps) {
                state.replanned.add(new Replanned(state.step, planned));
            }
        }
    }

    private static void readBackend(JsonFields stored, RunState<?> state) {
        if (stored.has(MOVED)) {
            stored.list(MOVED, JsonValue::fields).stream()
                    .map(change -> new Moved(change.get(STEP).integerFrom(0), change.text(RunFile.BACKEND)))
                    .forEach(state.moved::add);
        }
        stored.find(TRAINED_UNDER)
                .flatMap(under -> under.fields().find(RunFile.BACKEND))
                .map(JsonValue::text)
                .filter(before -> !before.equals(state.backend))
                .ifPresent(before -> state.moved.add(new Moved(state.step, before)));
    }

    private static void requireOrder(JsonFields stored, List<? extends Measurement<?>> log, int last) {
        int before = 0;
        for (Measurement<?> one : log) {
            if (one.step() <= before || one.step() > last) {
                throw stored.error(
                        LOG, "step " + one.step() + " after step " + before, "rising steps up to " + STEP + " " + last);
            }
            before = one.step();
        }
    }

    /**
     * The measurements of a run up to its last checkpoint.
     *
     * @param run the run's folder
     * @param format of the metrics of the run's task
     * @throws InputException if the state file is missing or broken
     */
    public static <M> List<Measurement<M>> measurements(Path run, MetricsFormat<M> format) {
        return measurements(fields(RunFolder.lastCheckpoint(run)), format);
    }

    private static JsonFields fields(Path folder) {
        return JsonFile.readWithNonFinite(folder.resolve(NAME), REMEDY);
    }

    private static <M> List<Measurement<M>> measurements(JsonFields stored, MetricsFormat<M> format) {
        List<Measurement<M>> all = new ArrayList<>();
        stored.list(LOG, JsonValue::fields).forEach(log -> all.add(measurement(log, secondsOf(all), format)));
        return all;
    }

    /** Older runs lack some fields or use other names, which are tried second. */
    private static <M> Measurement<M> measurement(JsonFields log, double secondsBefore, MetricsFormat<M> format) {
        double seconds =
                log.has(TRAIN_SECONDS) ? log.get(TRAIN_SECONDS).numberFrom(0) : log.number(SECONDS) - secondsBefore;
        return new Measurement<>(
                log.get(STEP_OF_LOG).integerFrom(1),
                log.has(EPOCH) ? log.get(EPOCH).integerFrom(1) : 1,
                count(log, TRAINABLE).orElse(0L),
                log.number(LEARNING_RATE, log.number("learningRate", 0)),
                new Totals(
                        count(log, TOKENS).or(() -> count(log, "tokens")).orElse(0L),
                        log.number(SECONDS, secondsBefore + seconds),
                        log.has(SKIPPED) ? log.get(SKIPPED).integerFrom(0) : 0),
                new Outcome<>(log.number(LOSS), format.read(log, ""), seconds),
                format.read(log, EVAL)
                        .map(found -> new Outcome<>(
                                log.number(EVAL + LOSS, log.number("validationLoss", 0)),
                                Optional.of(found),
                                log.number(EVAL_SECONDS, 0))));
    }

    private static Optional<Long> count(JsonFields log, String name) {
        return log.has(name) ? Optional.of(log.get(name).longFrom(0)) : Optional.empty();
    }

    private static double secondsOf(List<? extends Measurement<?>> measurements) {
        return measurements.isEmpty()
                ? 0
                : measurements.get(measurements.size() - 1).seconds();
    }
}
