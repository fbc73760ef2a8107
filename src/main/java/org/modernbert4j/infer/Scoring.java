package org.modernbert4j.infer;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.modernbert4j.InputException;
import org.modernbert4j.data.Example;
import org.modernbert4j.data.Labels;
import org.modernbert4j.data.Reading;
import org.modernbert4j.data.RowStream;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.metric.ConfusionMatrix;

/** Counts what a classifier makes of labelled rows; keeps no row. */
final class Scoring {
    /** More labels that a model does not know are those of another column. */
    private static final int MOST_UNKNOWN = 1000;

    private final RowStream<Example> stream;
    private final List<String> known;
    private final UnaryOperator<String> typed;

    /** Ids of the labels of the model. */
    private final Map<String, Integer> ids = new HashMap<>();

    /** For each label that a text has, how often each label of the model was predicted. */
    private final Map<String, long[]> counts = new TreeMap<>(Labels.ORDER);

    private final Map<String, Long> unknown = new TreeMap<>(Labels.ORDER);
    private double loss;
    private long withLoss;
    private int rows;
    private int withoutLabel;
    private int withoutText;

    /**
     * @param stream of the rows, for messages
     * @param known labels of the model, in the order of their ids
     */
    Scoring(RowStream<Example> stream, List<String> known) {
        this.stream = stream;
        this.known = known;
        typed = Labels.typedAs(known);
        for (String label : known) {
            ids.putIfAbsent(label, ids.size());
        }
    }

    /** Counts a row; whether it has both text and label. */
    boolean isComplete(Example row) {
        rows++;
        if (row.label().isEmpty()) {
            withoutLabel++;
            return false;
        }
        if (row.text().isEmpty()) {
            withoutText++;
            return false;
        }
        return true;
    }

    /** A row's label, spelt as the model's. */
    String label(Example row) {
        return typed.apply(row.label());
    }

    /**
     * Counts a prediction.
     *
     * @param row with text and label
     * @param predicted id of the most probable label
     * @param logProbabilities of the labels of the model
     * @throws InputException if there are too many labels that the model does not know
     */
    void add(Example row, int predicted, double[] logProbabilities) {
        String label = label(row);
        counts.computeIfAbsent(label, any -> new long[known.size()])[predicted]++;
        Integer id = ids.get(label);
        if (id != null) {
            loss -= logProbabilities[id];
            withLoss++;
            return;
        }
        unknown.merge(label, 1L, Long::sum);
        if (unknown.size() > MOST_UNKNOWN) {
            throw new InputException(
                    "%s %d: found more than %d labels that the model does not know, expected such as %s; name the column of the labels with --label"
                            .formatted(
                                    stream.place(),
                                    row.line(),
                                    MOST_UNKNOWN,
                                    known.subList(0, Math.min(3, known.size()))));
        }
    }

    /**
     * The scores of all rows.
     *
     * @param columns for the message
     * @throws InputException if no row had both
     */
    Scores scores(Reading.Columns columns) {
        if (counts.isEmpty()) {
            throw new InputException(
                    "%s: none of its %d rows has both \"%s\" and \"%s\"; name other columns or fill them in"
                            .formatted(stream.name(), rows, columns.text(), columns.label()));
        }
        List<String> names = names();
        Map<String, Integer> places = new HashMap<>();
        names.forEach(name -> places.put(name, places.size()));
        long[][] square = new long[names.size()][names.size()];
        counts.forEach((label, row) -> {
            for (int id = 0; id < row.length; id++) {
                if (row[id] > 0) {
                    square[places.get(label)][places.get(known.get(id))] += row[id];
                }
            }
        });
        return new Scores(
                new ClassificationMetrics(ConfusionMatrix.of(square), names),
                withLoss == 0 ? OptionalDouble.empty() : OptionalDouble.of(loss / withLoss),
                rows,
                withoutLabel,
                withoutText,
                unknown);
    }

    /** The labels that a text has or gets. */
    private List<String> names() {
        Set<String> names = new HashSet<>(counts.keySet());
        for (long[] row : counts.values()) {
            for (int id = 0; id < row.length; id++) {
                if (row[id] > 0) {
                    names.add(known.get(id));
                }
            }
        }
        return names.stream().sorted(Labels.orderOf(names)).toList();
    }
}
