package org.modernbert4j.task;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.modernbert4j.Numbers;
import org.modernbert4j.freeze.EpochPlan;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonValue;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.metric.ClassificationReport;
import org.modernbert4j.metric.ConfusionMatrix;
import org.modernbert4j.task.Measurement.Outcome;

/**
 * The format of classification metrics. The best has the highest F1, weighted by support. Files store the confusion matrix; all
 * other metrics follow from it.
 *
 * @param labels in the order of their ids
 */
public record ClassificationFormat(List<String> labels) implements MetricsFormat<ClassificationMetrics> {
    private static final String CONFUSION = "confusion";
    private static final String TRUTH = "truth";

    /** Names of the loss and of {@link ClassificationMetrics#headline}. */
    private static final List<String> NAMES = List.of("loss", "accuracy", "precision", "recall", "f1");

    @Override
    public double score(ClassificationMetrics metrics) {
        return metrics.weighted().f1();
    }

    @Override
    public void write(ClassificationMetrics metrics, String prefix, JsonObject log) {
        log.add(prefix + CONFUSION, new Gson().toJsonTree(metrics.confusion().toArray()));
        log.addProperty(prefix + "f1", metrics.weighted().f1());
    }

    @Override
    public Optional<ClassificationMetrics> read(JsonFields log, String prefix) {
        if (!log.has(prefix + CONFUSION)) {
            return prefix.isEmpty() ? ofPredictions(log) : Optional.empty();
        }
        long[][] counts = log.list(prefix + CONFUSION, row -> row.list(count -> count.integerFrom(0)).stream()
                        .mapToLong(Integer::longValue)
                        .toArray())
                .toArray(long[][]::new);
        if (counts.length != labels.size()) {
            throw log.error(prefix + CONFUSION, counts.length + " classes", labels.size() + ", the number of labels");
        }
        return Optional.of(log.make(() -> new ClassificationMetrics(ConfusionMatrix.of(counts), labels)));
    }

    /** Older runs store the predictions of an unfinished epoch instead. */
    private Optional<ClassificationMetrics> ofPredictions(JsonFields state) {
        if (!state.has(TRUTH) || state.get(TRUTH).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                state.make(() -> ClassificationMetrics.of(ints(state, TRUTH), ints(state, "predicted"), labels)));
    }

    private static int[] ints(JsonFields state, String name) {
        return state.list(name, JsonValue::integer).stream().mapToInt(i -> i).toArray();
    }

    /** Without times, so that the same run gives the same bytes. */
    @Override
    public List<String> columns() {
        List<String> columns = new ArrayList<>(List.of("epoch", "step", "trainable"));
        NAMES.forEach(name -> columns.add("train_" + name));
        NAMES.forEach(name -> columns.add("validation_" + name));
        columns.add("skipped_steps");
        return columns;
    }

    @Override
    public List<Object> row(Measurement<ClassificationMetrics> measurement) {
        List<Object> row = new ArrayList<>(List.of(measurement.epoch(), measurement.step(), measurement.trainable()));
        for (Optional<Outcome<ClassificationMetrics>> outcome :
                List.of(Optional.of(measurement.training()), measurement.validation())) {
            int end = row.size() + NAMES.size();
            outcome.ifPresent(found -> row.addAll(values(found)));
            while (row.size() < end) {
                row.add("");
            }
        }
        row.add(measurement.totals().skipped());
        return row;
    }

    @Override
    public Map<String, Double> numbers(Outcome<ClassificationMetrics> outcome) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        values(outcome).forEach(value -> numbers.put(NAMES.get(numbers.size()), value));
        return numbers;
    }

    /** In the order of their names; those of a training without measurement are the loss alone. */
    private static List<Double> values(Outcome<ClassificationMetrics> outcome) {
        return Stream.concat(
                        Stream.of(outcome.loss()),
                        outcome.metrics().stream().flatMap(metrics -> metrics.headline().stream()))
                .toList();
    }

    /**
     * A line about what trained, a small table and a line about the time:
     *
     * <pre>
     * epoch 2 of 3: 110,343,185 of 149,027,345 parameters (74.04 %): layers 0-21, head
     *                   loss   accuracy  precision     recall         f1
     * train           0.4312     0.8712     0.8722     0.8712     0.8710
     * validation      0.5123     0.8412     0.8431     0.8412     0.8401
     * precision, recall and f1 weighted by support; trained in 4 min 05 s, validated in 12.3 s
     * </pre>
     */
    @Override
    public String text(Measurement<ClassificationMetrics> measurement, FreezePlan plan) {
        EpochPlan epoch = plan.epochs().get(measurement.epoch() - 1);
        String trained = "epoch %s of %s: %s of %s parameters (%s): %s"
                .formatted(
                        measurement.epoch(),
                        plan.epochs().size(),
                        Numbers.count(measurement.trainable()),
                        Numbers.count(epoch.architecture().elements()),
                        Numbers.percent(epoch.share()),
                        epoch.description());
        String times = "precision, recall and f1 weighted by support; trained in %s, validated in %s"
                .formatted(
                        Numbers.duration(measurement.training().seconds()),
                        Numbers.duration(measurement.requireValidation().seconds()));
        return String.join(
                "\n",
                trained,
                line("", NAMES),
                line("train", cells(measurement.training())),
                line("validation", cells(measurement.requireValidation())),
                times,
                "");
    }

    /** Loss, accuracy, precision, recall and F1 with four digits. */
    public static List<String> cells(Outcome<ClassificationMetrics> outcome) {
        return values(outcome).stream().map(Numbers::metric).toList();
    }

    private static String line(String name, List<String> columns) {
        return "%-10s".formatted(name) + columns.stream().map("%11s"::formatted).collect(Collectors.joining());
    }

    @Override
    public String tested(Outcome<ClassificationMetrics> outcome) {
        return "%s%n%n".formatted(MetricsFormat.super.tested(outcome))
                + ClassificationReport.text(outcome.requireMetrics());
    }

    @Override
    public Optional<String> summary(List<Measurement<ClassificationMetrics>> measurements) {
        return best(measurements)
                .map(best -> "%nbest epoch: %s of %s%n%n".formatted(best.epoch(), measurements.size())
                        + ClassificationReport.text(best.requireValidation().requireMetrics()));
    }
}
