package org.modernbert4j.metric;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.modernbert4j.metric.ClassificationMetrics.AverageMetrics;
import org.modernbert4j.metric.ClassificationMetrics.ClassMetrics;

/** The table that scikit-learn's {@code classification_report} prints. */
public final class ClassificationReport {
    private static final String WIDEST_AVERAGE = "weighted avg";
    private static final int COLUMN = 9;
    private static final int DIGITS = 2;

    private ClassificationReport() {}

    /**
     * The text of {@code classification_report(truth, predicted, labels=range(k), target_names=names, zero_division=0)}, to the
     * byte: metrics with two digits, one row for each class, then accuracy and the averages.
     */
    public static String text(ClassificationMetrics metrics) {
        int width = metrics.classes().stream()
                .mapToInt(one -> length(one.name()))
                .reduce(length(WIDEST_AVERAGE), Math::max);
        String total = support(metrics.confusion().total(), metrics);
        StringBuilder text = new StringBuilder();
        text.append(row(width, "", "precision", "recall", "f1-score", "support"))
                .append('\n');
        for (ClassMetrics one : metrics.classes()) {
            text.append(row(
                    width,
                    one.name(),
                    digits(one.precision()),
                    digits(one.recall()),
                    digits(one.f1()),
                    support(one.support(), metrics)));
        }
        text.append('\n')
                .append(row(width, "accuracy", "", "", digits(metrics.accuracy()), total))
                .append(row(width, "macro avg", metrics.macro(), total))
                .append(row(width, WIDEST_AVERAGE, metrics.weighted(), total));
        return text.toString();
    }

    private static String row(int width, String name, AverageMetrics average, String total) {
        return row(width, name, digits(average.precision()), digits(average.recall()), digits(average.f1()), total);
    }

    private static String row(int width, String name, String... columns) {
        StringBuilder row = new StringBuilder(right(name, width)).append(' ');
        for (String column : columns) {
            row.append(' ').append(right(column, COLUMN));
        }
        return row.append('\n').toString();
    }

    /** Where no prediction is right, scikit-learn's counts become floating-point numbers and print as such. */
    private static String support(long texts, ClassificationMetrics metrics) {
        return metrics.confusion().right() == 0 ? texts + ".0" : Long.toString(texts);
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - length(text))) + text;
    }

    /** Python's length of a string: code points. */
    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** Python's {@code %.2f}: rounds the exact binary value, where {@code String.format} rounds its shortest decimal. */
    private static String digits(double value) {
        return new BigDecimal(value).setScale(DIGITS, RoundingMode.HALF_EVEN).toPlainString();
    }
}
