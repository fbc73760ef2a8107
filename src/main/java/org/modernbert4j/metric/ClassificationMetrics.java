package org.modernbert4j.metric;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** How well a classifier did, by scikit-learn's definitions. All metrics follow from the confusion matrix, when they are asked for. */
public final class ClassificationMetrics {
    private final ConfusionMatrix confusion;
    private final List<String> names;

    /** Computed when first asked for; null before. */
    private List<ClassMetrics> classes;

    /**
     * How well one class is told from the others; each metric is 0 to 1, and 0 where it would divide by zero.
     *
     * @param name of the class
     * @param precision share of the texts predicted to be of the class that are
     * @param recall share of the texts of the class that are predicted to be
     * @param f1 harmonic mean of the two
     * @param support texts of the class
     */
    public record ClassMetrics(String name, double precision, double recall, double f1, long support) {}

    /**
     * Metrics averaged over the classes, each 0 to 1.
     *
     * @param precision mean precision
     * @param recall mean recall
     * @param f1 mean F1, which need not lie between the other two
     */
    public record AverageMetrics(double precision, double recall, double f1) {}

    /**
     * The metrics of counted predictions.
     *
     * @param confusion with at least one text
     * @param names of its classes, in the order of their ids
     */
    public ClassificationMetrics(ConfusionMatrix confusion, List<String> names) {
        this.confusion = confusion;
        this.names = names;
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
        return new ClassificationMetrics(ConfusionMatrix.of(truth, predicted, names.size()), names);
    }

    /** Share of the texts that are predicted right, 0 to 1. */
    public double accuracy() {
        return (double) confusion.right() / confusion.total();
    }

    /** The metrics of each class, in the order of the ids. */
    public List<ClassMetrics> classes() {
        if (classes == null) {
            classes = IntStream.range(0, names.size())
                    .mapToObj(this::classMetrics)
                    .toList();
        }
        return classes;
    }

    /** Mean over the classes, each counting the same, also those without texts. */
    public AverageMetrics macro() {
        return average(one -> 1, names.size());
    }

    /** Mean over the classes, each counting as often as it has texts. */
    public AverageMetrics weighted() {
        return average(ClassMetrics::support, confusion.total());
    }

    /** Which class was taken for which. */
    public ConfusionMatrix confusion() {
        return confusion;
    }

    /** Accuracy, and precision, recall and F1 weighted by support, in this order. */
    public List<Double> headline() {
        AverageMetrics weighted = weighted();
        return List.of(accuracy(), weighted.precision, weighted.recall, weighted.f1);
    }

    private ClassMetrics classMetrics(int id) {
        double right = confusion.count(id, id);
        long support = confusion.truths(id);
        long predictions = confusion.predictions(id);
        return new ClassMetrics(
                names.get(id),
                ratio(right, predictions),
                ratio(right, support),
                ratio(2 * right, support + predictions),
                support);
    }

    private static double ratio(double part, long whole) {
        return whole == 0 ? 0 : part / whole;
    }

    private AverageMetrics average(ToDoubleFunction<ClassMetrics> weight, long weights) {
        return new AverageMetrics(
                mean(ClassMetrics::precision, weight, weights),
                mean(ClassMetrics::recall, weight, weights),
                mean(ClassMetrics::f1, weight, weights));
    }

    private double mean(ToDoubleFunction<ClassMetrics> metric, ToDoubleFunction<ClassMetrics> weight, long weights) {
        double[] parts = classes().stream()
                .mapToDouble(one -> metric.applyAsDouble(one) * weight.applyAsDouble(one))
                .toArray();
        return PairwiseSum.of(parts) / weights;
    }
}
