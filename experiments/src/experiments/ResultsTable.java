package experiments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.modernbert4j.InputException;
import org.modernbert4j.report.Numbers;

/**
 * Writes the table of all experiments into the read-me, from the saved results: {@code ResultsTable [README.md [results]]}. What
 * stands between the two marker comments is replaced.
 */
public final class ResultsTable {
    private static final Path README = Path.of("experiments", "README.md");
    private static final Path RESULTS = Path.of("experiments", "results");
    private static final String BEGIN = "<!-- results: begin; written by ResultsTable -->\n";
    private static final String END = "<!-- results: end -->";
    private static final String NOT_RUN = "not run";

    private ResultsTable() {}

    /** Writes the table. */
    public static void main(String[] args) throws IOException {
        update(args.length > 0 ? Path.of(args[0]) : README, args.length > 1 ? Path.of(args[1]) : RESULTS);
    }

    /**
     * Writes the table.
     *
     * @param readme with both markers
     * @param results folder with a JSON file for each run; may be missing
     * @throws InputException if a marker is missing, or a result is broken
     */
    static void update(Path readme, Path results) throws IOException {
        String text = Files.readString(readme);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new InputException(readme + ": has no lines " + BEGIN.strip() + " and " + END + "; put them in");
        }
        String table = table(read(results));
        Files.writeString(
                readme, text.substring(0, begin + BEGIN.length()) + "\n" + table + "\n" + text.substring(end));
    }

    private static List<RunResult> read(Path results) throws IOException {
        if (!Files.isDirectory(results)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(results)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .map(RunResult::read)
                    .sorted(Comparator.comparingLong(RunResult::seed))
                    .toList();
        }
    }

    private static String table(List<RunResult> results) {
        MarkdownTable table = new MarkdownTable(
                "experiment", "model", "head", "trains", "batch", "learning rate", "notebook's F1", "our F1");
        MarkdownTable details = new MarkdownTable(
                "experiment",
                "ran on",
                "seeds",
                "F1 by epoch",
                "accuracy",
                "training time",
                "peak memory",
                "processors");
        Experiments.all().forEach((name, experiment) -> {
            Recipe recipe = experiment.recipe();
            List<Strategy> strategies = strategies(name, results);
            table.add(
                    "`" + name + "`",
                    recipe.model(),
                    recipe.head(),
                    recipe.schedule().toString(),
                    String.valueOf(recipe.batchSize()),
                    String.format(Locale.ROOT, "%.0e", recipe.learningRate()),
                    Notebook.f1Text(name),
                    strategies.isEmpty()
                            ? NOT_RUN
                            : strategies.stream().map(ResultsTable::f1).collect(Collectors.joining("; ")));
            strategies.forEach(strategy -> addDetails(details, strategy));
        });
        return results.isEmpty() ? table.toString() : table + "\n" + details;
    }

    /** Runs that differ in the seed only belong together. */
    private static List<Strategy> strategies(String name, List<RunResult> results) {
        Map<String, List<RunResult>> alike = new TreeMap<>();
        results.stream().filter(result -> result.experiment().equals(name)).forEach(result -> alike.computeIfAbsent(
                        setting(result), key -> new ArrayList<>())
                .add(result));
        return alike.values().stream().map(runs -> new Strategy(name, runs)).toList();
    }

    private static String f1(Strategy strategy) {
        return strategy.f1Text() + " (" + strategy.runs().get(0).model() + ")";
    }

    private static void addDetails(MarkdownTable table, Strategy strategy) {
        table.add(
                "`" + strategy.name() + "`",
                setting(strategy.runs().get(0)),
                strategy.runs().stream().map(run -> Long.toString(run.seed())).collect(Collectors.joining(" ")),
                strategy.f1ByEpoch(),
                strategy.accuracyText(),
                strategy.trainTime(),
                strategy.peakMemory(),
                strategy.runs().get(0).environment().getOrDefault("processors", "-"));
    }

    private static String setting(RunResult run) {
        return "%s, %s, %s + %s texts, learning rate %s"
                .formatted(
                        run.model(),
                        run.data(),
                        Numbers.count(run.trainTexts()),
                        Numbers.count(run.validationTexts()),
                        run.learningRate());
    }
}
