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

/**
 * Writes the tables of all experiments into the read-me, from the saved results: {@code ResultsTable [README.md [results]]}. One
 * compares with the notebook and has only runs of its models on its data; the other has all runs, those of one setting together.
 * What stands between each pair of marker comments is replaced.
 */
public final class ResultsTable {
    private static final Path README = Path.of("experiments", "README.md");
    private static final Path RESULTS = Path.of("experiments", "results");
    private static final String NOTEBOOK = "notebook";
    private static final String RUNS = "runs";
    private static final String NOT_RUN = "not run";
    private static final String NO_RUNS = "There are none yet.\n";

    private final List<RunResult> results;

    private ResultsTable(List<RunResult> results) {
        this.results = results;
    }

    /** Writes the tables. */
    public static void main(String[] args) throws IOException {
        update(args.length > 0 ? Path.of(args[0]) : README, args.length > 1 ? Path.of(args[1]) : RESULTS);
    }

    /**
     * Writes the tables.
     *
     * @param readme with all markers
     * @param results folder with a JSON file for each run; may be missing
     * @throws InputException if a marker is missing, or a result is broken
     */
    static void update(Path readme, Path results) throws IOException {
        ResultsTable tables = new ResultsTable(read(results));
        String before = Files.readString(readme);
        String compared = replace(readme, before, NOTEBOOK, tables.notebook());
        Files.writeString(readme, replace(readme, compared, RUNS, tables.runs()));
    }

    private static String replace(Path readme, String text, String block, String content) {
        String first = "<!-- " + block + ": begin; written by ResultsTable -->\n";
        String last = "<!-- " + block + ": end -->";
        int begin = text.indexOf(first);
        int end = text.indexOf(last);
        if (begin < 0 || end < begin) {
            throw new InputException(readme + ": has no lines " + first.strip() + " and " + last + "; put them in");
        }
        return text.substring(0, begin + first.length()) + "\n" + content + "\n" + text.substring(end);
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

    private String notebook() {
        MarkdownTable table = new MarkdownTable(
                "experiment", "model", "head", "trains", "batch", "learning rate", "notebook's F1", "our F1");
        Experiments.all().forEach((name, experiment) -> {
            Recipe recipe = experiment.recipe();
            String ours = strategies(name).values().stream()
                    .filter(strategy -> isNotebooks(strategy, recipe))
                    .map(Strategy::f1Text)
                    .collect(Collectors.joining("; "));
            table.add(
                    "`" + name + "`",
                    recipe.model(),
                    recipe.head(),
                    recipe.schedule().toString(),
                    String.valueOf(recipe.batchSize()),
                    String.format(Locale.ROOT, "%.0e", recipe.learningRate()),
                    Notebook.f1Text(name),
                    ours.isEmpty() ? NOT_RUN : ours);
        });
        return table.toString();
    }

    private static boolean isNotebooks(Strategy strategy, Recipe recipe) {
        RunResult.Setting setting = strategy.setting();
        return setting.model().equals(recipe.model()) && setting.data().equals(LentaOptions.DATA_NAME);
    }

    private String runs() {
        Map<String, MarkdownTable> tables = new TreeMap<>();
        for (String name : Experiments.all().keySet()) {
            strategies(name)
                    .forEach((setting, strategy) -> addRun(
                            tables.computeIfAbsent(
                                    setting,
                                    key -> new MarkdownTable(
                                            "experiment",
                                            "F1",
                                            "F1 by epoch",
                                            "accuracy",
                                            "seeds",
                                            "training time",
                                            "peak memory",
                                            "processors")),
                            strategy));
        }
        return tables.isEmpty()
                ? NO_RUNS
                : tables.entrySet().stream()
                        .map(table -> table.getKey() + ":\n\n" + table.getValue())
                        .collect(Collectors.joining("\n"));
    }

    private static void addRun(MarkdownTable table, Strategy strategy) {
        table.add(
                "`" + strategy.name() + "`",
                strategy.f1Text(),
                strategy.f1ByEpoch(),
                strategy.accuracyText(),
                strategy.runs().stream().map(run -> Long.toString(run.seed())).collect(Collectors.joining(" ")),
                strategy.trainTime(),
                strategy.peakMemory(),
                strategy.runs().get(0).environment().getOrDefault("processors", "-"));
    }

    /** The runs of an experiment by their setting; those that differ in the seed only belong together. */
    private Map<String, Strategy> strategies(String name) {
        Map<String, List<RunResult>> alike = new TreeMap<>();
        results.stream().filter(result -> result.experiment().equals(name)).forEach(result -> alike.computeIfAbsent(
                        result.setting().toString(), key -> new ArrayList<>())
                .add(result));
        Map<String, Strategy> strategies = new TreeMap<>();
        alike.forEach((setting, runs) -> strategies.put(setting, new Strategy(name, runs)));
        return strategies;
    }
}
