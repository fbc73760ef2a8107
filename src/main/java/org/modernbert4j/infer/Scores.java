package org.modernbert4j.infer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.modernbert4j.Numbers;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.metric.ClassificationMetrics.AverageMetrics;
import org.modernbert4j.metric.ClassificationMetrics.ClassMetrics;
import org.modernbert4j.metric.ClassificationReport;

/**
 * How well a classifier does on a labelled file. The classes are those that scikit-learn's {@code classification_report(truth,
 * predicted)} takes: the labels that a text has or gets, sorted. A label that the model does not know is one of them, and never found.
 *
 * @param metrics of the texts that have a label
 * @param loss mean cross entropy of the texts whose label the model knows; empty if there is none
 * @param rows rows of the file
 * @param withoutLabel rows left out because they have no label
 * @param withoutText rows left out because they have a label and no text
 * @param unknown labels that the model does not know, sorted, with the number of their texts
 */
public record Scores(
        ClassificationMetrics metrics,
        OptionalDouble loss,
        int rows,
        int withoutLabel,
        int withoutText,
        Map<String, Long> unknown) {
    private static final int SHOWN = 5;

    /**
     * What a row of the file got.
     *
     * @param row number in the file, from 0
     * @param label that it has
     * @param predicted the most probable label
     * @param probability of that
     */
    public record Prediction(int row, String label, String predicted, double probability) {}

    /** scikit-learn's report, then accuracy and loss. */
    public String text() {
        StringBuilder text = new StringBuilder(ClassificationReport.text(metrics));
        text.append("\naccuracy ").append(Numbers.metric(metrics.accuracy())).append('\n');
        loss.ifPresent(
                value -> text.append("loss ").append(Numbers.metric(value)).append('\n'));
        return text.toString();
    }

    /** What a user should know of the numbers, one line each. */
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (withoutLabel + withoutText > 0) {
            notes.add("%d of %d rows left out: %d without a label, %d with a label and no text"
                    .formatted(withoutLabel + withoutText, rows, withoutLabel, withoutText));
        }
        if (!unknown.isEmpty()) {
            List<String> shown = unknown.entrySet().stream()
                    .limit(SHOWN)
                    .map(label -> "\"" + label.getKey() + "\" (" + label.getValue() + ")")
                    .toList();
            notes.add(
                    "the model does not know %d of the labels, with these texts: %s%s; they count as never found, and have no part in the loss"
                            .formatted(
                                    unknown.size(),
                                    String.join(", ", shown),
                                    unknown.size() > SHOWN ? " and others" : ""));
        }
        return notes;
    }

    /** All numbers, as JSON has them: the loss is left out where there is none. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("rows", rows);
        json.put("without_label", withoutLabel);
        json.put("without_text", withoutText);
        json.put("unknown_labels", unknown);
        json.put("accuracy", metrics.accuracy());
        loss.ifPresent(value -> json.put("loss", value));
        json.put("macro avg", averages(metrics.macro()));
        json.put("weighted avg", averages(metrics.weighted()));
        Map<String, Object> classes = new LinkedHashMap<>();
        for (ClassMetrics one : metrics.classes()) {
            classes.put(
                    one.name(), averages(new AverageMetrics(one.precision(), one.recall(), one.f1()), one.support()));
        }
        json.put("classes", classes);
        json.put("confusion_matrix", metrics.confusion().toArray());
        return json;
    }

    private Map<String, Object> averages(AverageMetrics average) {
        return averages(average, metrics.confusion().total());
    }

    private static Map<String, Object> averages(AverageMetrics average, long support) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("precision", average.precision());
        json.put("recall", average.recall());
        json.put("f1-score", average.f1());
        json.put("support", support);
        return json;
    }
}
