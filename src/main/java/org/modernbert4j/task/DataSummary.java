package org.modernbert4j.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.modernbert4j.Numbers;
import org.modernbert4j.data.Example;
import org.modernbert4j.data.RowCounts;
import org.modernbert4j.data.Selection;

/**
 * What a run learns from and measures on.
 *
 * @param rows what became of the rows of its files
 * @param classes the labels and their texts, in the order of their first appearance
 * @param isTested whether there are texts for a test
 * @param texts how long the texts are; empty without a tokenizer
 */
public record DataSummary(
        List<RowCounts> rows, List<ClassCounts> classes, boolean isTested, Optional<TextStatistics> texts) {
    /**
     * The texts of a label.
     *
     * @param label its name
     * @param train texts to learn from
     * @param validation texts to measure on after each epoch
     * @param test texts to measure on in the end
     */
    public record ClassCounts(String label, long train, long validation, long test) {}

    /** The summary of a selection. */
    public static DataSummary of(Selection selection, Optional<TextStatistics> texts) {
        Map<String, Long> train = counts(selection.train());
        Map<String, Long> validation = counts(selection.validation());
        Map<String, Long> test = selection.test().map(DataSummary::counts).orElse(Map.of());
        List<ClassCounts> classes = selection.labels().names().stream()
                .map(label -> new ClassCounts(
                        label,
                        train.getOrDefault(label, 0L),
                        validation.getOrDefault(label, 0L),
                        test.getOrDefault(label, 0L)))
                .toList();
        return new DataSummary(selection.rows(), classes, selection.test().isPresent(), texts);
    }

    private static Map<String, Long> counts(Selection.Part part) {
        return part.examples().stream()
                .map(Example::label)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    /** The rows and how many texts they give, a line each. */
    public List<String> rowLines() {
        List<String> lines =
                new ArrayList<>(rows.stream().map(RowCounts::toString).toList());
        String tested = isTested ? ", %s test".formatted(sum(ClassCounts::test)) : "";
        lines.add("%s texts train, %s validate%s"
                .formatted(sum(ClassCounts::train), sum(ClassCounts::validation), tested));
        return lines;
    }

    private String sum(Function<ClassCounts, Long> texts) {
        return Numbers.count(
                classes.stream().map(texts).mapToLong(Long::longValue).sum());
    }

    /** All of it, for a terminal. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>(rowLines());
        lines.add("%s labels (train / validation%s):".formatted(classes.size(), isTested ? " / test" : ""));
        for (ClassCounts one : classes) {
            String tested = isTested ? "/ %-6d ".formatted(one.test()) : "";
            lines.add("%8d / %-6d %s%s".formatted(one.train(), one.validation(), tested, one.label()));
        }
        texts.ifPresent(statistics -> lines.addAll(statistics.lines()));
        return lines;
    }
}
