package org.modernbert4j.metric;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How well a classifier did, by scikit-learn's definitions.
 *
 * @param accuracy how many of the texts are predicted right, 0 to 1
 * @param classes one for each class, in the order of the ids
 * @param macro mean over the classes, each counting the same, also those without texts
 * @param weighted mean over the classes, each counting as often as it has texts
 * @param confusion which class was taken for which
 */
public record ClassificationMetrics(
        double accuracy,
        List<ClassMetrics> classes,
        AverageMetrics macro,
        AverageMetrics weighted,
        ConfusionMatrix confusion) {
    /** Copies the list. */
    public ClassificationMetrics {
        classes = List.copyOf(classes);
    }

    /**
     * The metrics of predictions.
     *
     * @param truth class of each text, counted from 0; at least one
     * @param predicted class predicted for each text
     * @param names of the classes, in the order of their ids
     * @throws IllegalArgumentException if there is no text, the two differ in length or a class has no name
     */
    public static ClassificationMetrics of(int[] truth, int[] predicted, List<String> names) {
        if (truth.length == 0) {
            throw new IllegalArgumentException("no texts to measure on");
        }
        return of(ConfusionMatrix.of(truth, predicted, names.size()), names);
    }

    /**
     * The metrics of counted predictions.
     *
     * @param confusion with at least one text
     * @param names of its classes, in the order of their ids
     */
    public static ClassificationMetrics of(ConfusionMatrix confusion, List<String> names) {
        List<ClassMetrics> classes = IntStream.range(0, names.size())
                .mapToObj(id -> classMetrics(names.get(id), id, confusion))
                .toList();
        return new ClassificationMetrics(
                (double) confusion.right() / confusion.total(),
                classes,
                average(metric -> macro(classes, metric)),
                average(metric -> weighted(classes, metric)),
                confusion);
    }

    /** Accuracy, and precision, recall and F1 weighted by support, in this order. */
    public List<Double> headline() {
        return List.of(accuracy, weighted.precision(), weighted.recall(), weighted.f1());
    }

    private static ClassMetrics classMetrics(String name, int id, ConfusionMatrix confusion) {
        double right = confusion.count(id, id);
        long support = confusion.truths(id);
        long predictions = confusion.predictions(id);
        return new ClassMetrics(
                name,
                ratio(right, predictions),
                ratio(right, support),
                ratio(2 * right, support + predictions),
                support);
    }

    private static double ratio(double part, long whole) {
        return whole == 0 ? 0 : part / whole;
    }

    private static AverageMetrics average(ToDoubleFunction<ToDoubleFunction<ClassMetrics>> mean) {
        return new AverageMetrics(
                mean.applyAsDouble(ClassMetrics::precision),
                mean.applyAsDouble(ClassMetrics::recall),
                mean.applyAsDouble(ClassMetrics::f1));
    }

    private static double macro(List<ClassMetrics> classes, ToDoubleFunction<ClassMetrics> metric) {
        return PairwiseSum.of(classes.stream().mapToDouble(metric).toArray()) / classes.size();
    }

    private static double weighted(List<ClassMetrics> classes, ToDoubleFunction<ClassMetrics> metric) {
        double[] parts = classes.stream()
                .mapToDouble(one -> metric.applyAsDouble(one) * one.support())
                .toArray();
        return PairwiseSum.of(parts)
                / classes.stream().mapToLong(ClassMetrics::support).sum();
    }
}
