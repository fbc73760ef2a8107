package experiments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.modernbert4j.InputException;
import org.modernbert4j.OutputFile;
import org.modernbert4j.cli.Experiment;
import org.modernbert4j.cli.OwnProcess;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.run.Run;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Runs experiments with several seeds on one model and one data set, each run in a JVM of its own so that time and memory are its
 * own too, and compares them. What is finished already is not run again.
 */
@Command(
        name = "CompareAll",
        description = "Runs several experiments with several seeds and compares them.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "${COMMAND-FULL-NAME} --model weights/modernbert-mini-ru \\",
            "    --data experiments/data/news-sample.csv --sample 1 --epochs 1 \\",
            "    --max-length 16 --experiments RuModernBertFull --output runs/one \\",
            "    --seeds 42",
            "${COMMAND-FULL-NAME} --model weights/modernbert-mini-ru \\",
            "    --data experiments/data/news-sample.csv --sample 1 --epochs 1 \\",
            "    --max-length 16 --experiments RuModernBertMean --output runs/two \\",
            "    --seeds 42,43"
        })
public final class CompareAll implements Experiment {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--experiments",
            split = ",",
            paramLabel = "NAME",
            description = "Which; comma-separated (${DEFAULT-VALUE}).")
    private Set<String> experiments = new LinkedHashSet<>(
            List.of("UnfreezeEndToStart", "UnfreezeStartToEnd", "UnfreezeQueryKeyValue", "RuModernBertFull"));

    @Option(names = "--seeds", split = ",", paramLabel = "N", description = "Comma-separated (${DEFAULT-VALUE}).")
    private Set<Long> seeds = new LinkedHashSet<>(List.of(42L, 43L, 44L));

    @Mixin
    private LentaOptions options;

    @Option(names = "--output", paramLabel = "DIR", description = "Folder of all runs (${DEFAULT-VALUE}).")
    private Path output = Path.of("runs", "comparison");

    @Option(names = "--results", paramLabel = "DIR", description = "Folder that gets a copy of each run's result.")
    private Path results;

    /** Runs the command {@code experiment CompareAll}. */
    public static void main(String[] args) throws Exception {
        LentaExperiment.launch("CompareAll", args);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        experiments.forEach(Experiments::named);
        options.takeModel(Recipe.RU_MODERN_BERT);
        options.dataFile();
        for (long seed : seeds) {
            for (String name : experiments) {
                int code = run(name, seed);
                if (code != 0) {
                    return code;
                }
            }
        }
        String comparison = comparison().toString();
        OutputFile.write(output.resolve("comparison.md"), comparison, "make room");
        spec.commandLine().getOut().print(comparison);
        spec.commandLine().getOut().flush();
        return 0;
    }

    /** Runs one, goes on with it, or does nothing if it is finished. */
    private int run(String name, long seed) throws IOException, InterruptedException {
        Path folder = folder(name, seed);
        List<String> arguments = new ArrayList<>(options.arguments());
        Run<ClassificationMetrics> run = Experiments.named(name).run(options, seed, folder);
        if (LentaExperiment.isFinished(run)) {
            System.err.println(folder + ": finished already");
            if (results != null) {
                RunResult.ofRun(folder).addTo(results);
            }
            return 0;
        }
        System.err.println("== " + name + ", seed " + seed);
        arguments.addAll(0, List.of("experiment", name, "--seed", String.valueOf(seed), "--output", folder.toString()));
        if (results != null) {
            arguments.addAll(List.of("--results", results.toString()));
        }
        return OwnProcess.run(arguments.toArray(String[]::new));
    }

    private Path folder(String name, long seed) {
        return output.resolve(name + "-" + seed);
    }

    private Comparison comparison() {
        List<Strategy> strategies = new ArrayList<>();
        Map<String, List<Map<Integer, Boolean>>> right = new LinkedHashMap<>();
        for (String name : experiments) {
            List<Path> folders = seeds.stream().map(seed -> folder(name, seed)).toList();
            strategies.add(
                    new Strategy(name, folders.stream().map(RunResult::ofRun).toList()));
            right.put(name, folders.stream().map(CompareAll::right).toList());
        }
        return new Comparison(strategies, right);
    }

    /** Whether each validation text, by its row, was told right. */
    private static Map<Integer, Boolean> right(Path run) {
        Path file = run.resolve("predictions.csv");
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        try (CSVParser parser = CSVParser.parse(Files.newBufferedReader(file), format)) {
            Map<Integer, Boolean> right = new TreeMap<>();
            for (CSVRecord line : parser) {
                right.put(Integer.valueOf(line.get("row")), line.get("label").equals(line.get("predicted")));
            }
            return right;
        } catch (IOException e) {
            throw new InputException(file + ": cannot be read (" + e + "); delete " + run + " and run again", e);
        }
    }
}
