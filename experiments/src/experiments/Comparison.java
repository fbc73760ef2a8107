package experiments;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.modernbert4j.Numbers;

/**
 * Experiments side by side.
 *
 * @param strategies at least one, all with the same seeds
 * @param right by experiment and seed: whether each validation text, by its row, was told right
 */
record Comparison(List<Strategy> strategies, Map<String, List<Map<Integer, Boolean>>> right) {
    /** The notebook's last line: the strategy with the best mean F1, the first of equals. */
    Strategy best() {
        return strategies.stream()
                .reduce((one, other) -> other.meanF1() > one.meanF1() ? other : one)
                .orElseThrow();
    }

    /** Everything, in Markdown. */
    @Override
    public String toString() {
        return "Best strategy: " + best().name() + ", mean validation F1 " + Numbers.metric(best().meanF1()) + "\n\n"
                + metrics() + "\n" + pairs();
    }

    private String metrics() {
        MarkdownTable table =
                new MarkdownTable("experiment", "F1", "accuracy", "F1 by epoch", "training time", "peak memory");
        strategies.stream()
                .sorted(Comparator.comparingDouble(Strategy::meanF1).reversed())
                .forEach(strategy -> table.add(
                        strategy.name(),
                        strategy.f1Text(),
                        strategy.accuracyText(),
                        strategy.f1ByEpoch(),
                        strategy.trainTime(),
                        strategy.peakMemory()));
        return table + "\nMean ± standard deviation over the seeds " + seeds()
                + "; of the epoch with the best F1, weighted by support.\n";
    }

    private String pairs() {
        MarkdownTable table =
                new MarkdownTable("pair", "F1 difference", "Wilcoxon p, over seeds", "McNemar p, for each seed");
        for (int i = 0; i < strategies.size(); i++) {
            for (int j = i + 1; j < strategies.size(); j++) {
                addPair(table, strategies.get(i), strategies.get(j));
            }
        }
        return table.toString();
    }

    private void addPair(MarkdownTable table, Strategy one, Strategy other) {
        List<Map<Integer, Boolean>> rightOfOne = right.get(one.name());
        List<Map<Integer, Boolean>> rightOfOther = right.get(other.name());
        table.add(
                one.name() + " - " + other.name(),
                Numbers.metric(one.meanF1() - other.meanF1()),
                Numbers.metric(PairedTests.wilcoxon(one.f1(), other.f1())),
                IntStream.range(0, rightOfOne.size())
                        .mapToObj(seed ->
                                Numbers.metric(PairedTests.mcNemar(rightOfOne.get(seed), rightOfOther.get(seed))))
                        .collect(Collectors.joining(" ")));
    }

    private String seeds() {
        return strategies.get(0).runs().stream()
                .map(run -> Long.toString(run.seed()))
                .collect(Collectors.joining(", "));
    }
}
