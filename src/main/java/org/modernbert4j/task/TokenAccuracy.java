package org.modernbert4j.task;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.modernbert4j.Numbers;
import org.modernbert4j.SettingException;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonValue;
import org.modernbert4j.task.Measurement.Outcome;

/**
 * The accuracy of predicted hidden tokens.
 *
 * @param accuracy share of the hidden tokens that the network ranked first
 */
public record TokenAccuracy(double accuracy) {
    /** Refuses what is no share. */
    public TokenAccuracy {
        SettingException.requireRange(accuracy >= 0 && accuracy <= 1, "accuracy", accuracy, "a share from 0 to 1");
    }

    /** The format; the best measurement has the highest accuracy. */
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

        /** In older runs, the accuracy is NaN if nothing was measured. */
        @Override
        public Optional<TokenAccuracy> read(JsonFields log, String prefix) {
            String name = log.has("validationAccuracy") && !prefix.isEmpty() ? "validationAccuracy" : prefix + ACCURACY;
            return Optional.of(log.get(name))
                    .filter(JsonValue::isSet)
                    .map(JsonValue::anyNumber)
                    .filter(accuracy -> !Double.isNaN(accuracy))
                    .map(accuracy -> log.make(() -> new TokenAccuracy(accuracy)));
        }

        @Override
        public List<String> columns() {
            return List.of(
                    "step",
                    "loss",
                    "learning_rate",
                    "tokens",
                    "seconds",
                    "validation_loss",
                    "validation_accuracy",
                    "skipped_steps");
        }

        @Override
        public List<Object> row(Measurement<TokenAccuracy> measurement) {
            Optional<Outcome<TokenAccuracy>> validation = measurement.validation();
            return List.of(
                    measurement.step(),
                    measurement.training().loss(),
                    measurement.learningRate(),
                    measurement.tokens(),
                    measurement.seconds(),
                    validation.<Object>map(Outcome::loss).orElse(""),
                    validation
                            .<Object>map(found -> found.requireMetrics().accuracy)
                            .orElse(""),
                    measurement.totals().skipped());
        }

        @Override
        public Map<String, Double> numbers(Outcome<TokenAccuracy> outcome) {
            return Map.of("loss", outcome.loss(), ACCURACY, outcome.requireMetrics().accuracy);
        }

        @Override
        public String text(Measurement<TokenAccuracy> measurement, FreezePlan plan) {
            return "step %s: loss %s, validation loss %s, hidden tokens guessed %s"
                    .formatted(
                            Numbers.count(measurement.step()),
                            Numbers.metric(measurement.training().loss()),
                            Numbers.metric(measurement.requireValidation().loss()),
                            Numbers.percent(measurement.requireValidation().requireMetrics().accuracy));
        }
    }
}
