package org.modernbert4j.task;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonValue;

/**
 * How well hidden tokens are guessed.
 *
 * @param accuracy share of them that was the most probable one
 */
public record TokenAccuracy(double accuracy) {
    /** The best is the one with the highest accuracy. */
    static final class Format implements MetricsFormat<TokenAccuracy> {
        private static final String ACCURACY = "accuracy";

        @Override
        public double score(TokenAccuracy metrics) {
            return metrics.accuracy;
        }

        @Override
        public void write(TokenAccuracy metrics, String prefix, JsonObject log) {
            log.addProperty(prefix + ACCURACY, metrics.accuracy);
        }

        /** The one of older runs is NaN where nothing was measured. */
        @Override
        public Optional<TokenAccuracy> read(JsonFields log, String prefix) {
            String name = log.has("validationAccuracy") && !prefix.isEmpty() ? "validationAccuracy" : prefix + ACCURACY;
            return Optional.of(log.get(name))
                    .filter(JsonValue::isSet)
                    .map(JsonValue::anyNumber)
                    .filter(Double::isFinite)
                    .map(TokenAccuracy::new);
        }

        @Override
        public List<Column<TokenAccuracy>> columns() {
            List<Column<TokenAccuracy>> columns = new ArrayList<>();
            columns.add(new Column<>("step", Measurement::step));
            columns.addAll(Column.of("", one -> Optional.of(one.training()), Map.of()));
            columns.add(new Column<>("learning_rate", Measurement::learningRate));
            columns.add(new Column<>("tokens", Measurement::tokens));
            columns.add(new Column<>("seconds", Measurement::seconds));
            columns.addAll(
                    Column.of("validation_", Measurement::validation, Map.of(ACCURACY, TokenAccuracy::accuracy)));
            return columns;
        }
    }
}
