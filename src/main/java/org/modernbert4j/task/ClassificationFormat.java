package org.modernbert4j.task;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonValue;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.metric.ConfusionMatrix;

/**
 * The metrics of classifiers: the best is the one with the highest F1, weighted by support. What is kept is the confusion matrix,
 * which gives all others.
 *
 * @param labels in the order of their ids
 */
public record ClassificationFormat(List<String> labels) implements MetricsFormat<ClassificationMetrics> {
    private static final String CONFUSION = "confusion";
    private static final String TRUTH = "truth";

    @Override
    public double score(ClassificationMetrics metrics) {
        return metrics.weighted().f1();
    }

    @Override
    public void write(ClassificationMetrics metrics, String prefix, JsonObject log) {
        JsonArray rows = new JsonArray();
        for (long[] counts : metrics.confusion().toArray()) {
            JsonArray row = new JsonArray();
            for (long count : counts) {
                row.add(count);
            }
            rows.add(row);
        }
        log.add(prefix + CONFUSION, rows);
        log.addProperty(prefix + "f1", metrics.weighted().f1());
    }

    @Override
    public Optional<ClassificationMetrics> read(JsonFields log, String prefix) {
        if (!log.has(prefix + CONFUSION)) {
            return prefix.isEmpty() ? ofPredictions(log) : Optional.empty();
        }
        long[][] counts = log.list(prefix + CONFUSION, row -> row.list(JsonValue::longInteger).stream()
                        .mapToLong(Long::longValue)
                        .toArray())
                .toArray(long[][]::new);
        if (counts.length != labels.size()) {
            throw log.error(prefix + CONFUSION, counts.length + " classes", labels.size() + ", as there are labels");
        }
        return Optional.of(log.make(() -> ClassificationMetrics.of(ConfusionMatrix.of(counts), labels)));
    }

    /** What older runs keep of an epoch that has not ended. */
    private Optional<ClassificationMetrics> ofPredictions(JsonFields state) {
        if (!state.has(TRUTH) || state.get(TRUTH).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(ClassificationMetrics.of(ints(state, TRUTH), ints(state, "predicted"), labels));
    }

    private static int[] ints(JsonFields state, String name) {
        return state.list(name, JsonValue::integer).stream().mapToInt(i -> i).toArray();
    }

    /** Precision, recall and F1 are the means weighted by support. There are no times: the same run gives the same bytes. */
    @Override
    public List<Column<ClassificationMetrics>> columns() {
        Map<String, Function<ClassificationMetrics, Object>> metrics = new LinkedHashMap<>();
        metrics.put("accuracy", ClassificationMetrics::accuracy);
        metrics.put("precision", one -> one.weighted().precision());
        metrics.put("recall", one -> one.weighted().recall());
        metrics.put("f1", one -> one.weighted().f1());
        List<Column<ClassificationMetrics>> columns = new ArrayList<>(List.of(
                new Column<>("epoch", Measurement::epoch),
                new Column<>("step", Measurement::step),
                new Column<>("trainable", Measurement::trainable)));
        columns.addAll(Column.of("train_", one -> Optional.of(one.training()), metrics));
        columns.addAll(Column.of("validation_", Measurement::validation, metrics));
        return columns;
    }
}
