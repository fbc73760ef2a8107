package org.modernbert4j.run;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.modernbert4j.OutputFile;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonFile;
import org.modernbert4j.json.JsonValue;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.Measurement.Outcome;
import org.modernbert4j.task.MetricsFormat;

/**
 * {@code trainer_state.json} of a checkpoint: the state of the run, without weights and moments. Where the transformers library has
 * the same field, the name is the same. There is no random state: seed and step determine batches, dropout and masks.
 */
public final class StateFile {
    private static final String NAME = "trainer_state.json";
    private static final String STEP = "global_step";
    private static final String TOKENS = "num_input_tokens_seen";
    private static final String SECONDS = "seconds";
    private static final String LOSS_SUM = "loss_sum";
    private static final String WEIGHT = "loss_weight";
    private static final String SECONDS_SINCE = "seconds_since_log";
    private static final String OPTIMIZER_STEPS = "optimizer_steps";
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
            Path folder, RunState<M> state, Map<String, Integer> optimizerSteps, MetricsFormat<M> format) {
        JsonObject stored = new JsonObject();
        stored.addProperty(STEP, state.step);
        stored.addProperty(TOKENS, state.tokens);
        stored.addProperty(LOSS_SUM, state.lossSum);
        stored.addProperty(WEIGHT, state.weight);
        stored.addProperty(SECONDS_SINCE, state.secondsSince);
        state.trained.ifPresent(found -> format.write(found, "", stored));
        stored.add(OPTIMIZER_STEPS, GSON.toJsonTree(optimizerSteps));
        state.best().ifPresent(best -> stored.addProperty("best_metric", format.score(best)));
        JsonArray log = new JsonArray();
        state.measurements.forEach(measurement -> log.add(log(measurement, format)));
        stored.add(LOG, log);
        OutputFile.write(folder.resolve(NAME), GSON.toJson(stored), "make room");
    }

    private static <M> JsonObject log(Measurement<M> measurement, MetricsFormat<M> format) {
        JsonObject log = new JsonObject();
        log.addProperty(EPOCH, measurement.epoch());
        log.addProperty(STEP_OF_LOG, measurement.step());
        log.addProperty(TRAINABLE, measurement.trainable());
        log.addProperty(LEARNING_RATE, measurement.learningRate());
        log.addProperty(TOKENS, measurement.tokens());
        log.addProperty(SECONDS, measurement.seconds());
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
     * Reads the state of a checkpoint folder into {@code state}.
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
        state.tokens = (long) stored.number(TOKENS, 0);
        state.lossSum = stored.number(LOSS_SUM);
        state.measurements.addAll(measurements(stored, format));
        state.trained = format.read(stored, "");
        double before = secondsOf(state.measurements);
        if (stored.has(WEIGHT)) {
            state.weight = stored.number(WEIGHT);
            state.secondsSince = stored.number(SECONDS_SINCE);
        } else if (stored.has("summed_steps")) { // an older pre-training
            state.weight = stored.integer("summed_steps");
            state.secondsSince = stored.number(SECONDS) - before;
        } else { // an older fine-tuning
            state.weight = stored.list("truth", JsonValue::integer).size();
            state.secondsSince = stored.number(SECONDS);
        }
        state.seconds = before + state.secondsSince;
        return stored.map(OPTIMIZER_STEPS, JsonValue::integer);
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
        return JsonFile.readWithNonFinite(folder.resolve(NAME), "use another folder");
    }

    private static <M> List<Measurement<M>> measurements(JsonFields stored, MetricsFormat<M> format) {
        List<Measurement<M>> all = new ArrayList<>();
        stored.list(LOG, JsonValue::fields).forEach(log -> all.add(measurement(log, secondsOf(all), format)));
        return all;
    }

    /** Older runs lack some fields or use other names, which are tried second. */
    private static <M> Measurement<M> measurement(JsonFields log, double secondsBefore, MetricsFormat<M> format) {
        double seconds = log.has(TRAIN_SECONDS) ? log.number(TRAIN_SECONDS) : log.number(SECONDS) - secondsBefore;
        return new Measurement<>(
                log.integer(STEP_OF_LOG),
                log.integer(EPOCH, 1),
                (long) log.number(TRAINABLE, 0),
                log.number(LEARNING_RATE, log.number("learningRate", 0)),
                (long) log.number(TOKENS, log.number("tokens", 0)),
                log.number(SECONDS, secondsBefore + seconds),
                new Outcome<>(log.number(LOSS), format.read(log, ""), seconds),
                format.read(log, EVAL)
                        .map(found -> new Outcome<>(
                                log.number(EVAL + LOSS, log.number("validationLoss", 0)),
                                Optional.of(found),
                                log.number(EVAL_SECONDS, 0))));
    }

    private static double secondsOf(List<? extends Measurement<?>> measurements) {
        return measurements.isEmpty()
                ? 0
                : measurements.get(measurements.size() - 1).seconds();
    }
}
