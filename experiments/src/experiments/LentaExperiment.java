package experiments;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.modernbert4j.InputException;
import org.modernbert4j.cli.DryRun;
import org.modernbert4j.cli.Experiment;
import org.modernbert4j.cli.Launcher;
import org.modernbert4j.cli.TrainingSession;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.data.MissingValues;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.ops.Precision;
import org.modernbert4j.train.FineTuned;
import org.modernbert4j.train.FineTuning;
import org.modernbert4j.train.ParameterRates;
import org.modernbert4j.train.TrainingOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** An experiment of the notebook: news of lenta.ru by topic, two rare topics left out, a quarter of the texts, 3 epochs. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
abstract class LentaExperiment implements Experiment {
    static final Set<String> RARE_TOPICS = Set.of("Легпром", "Библиотека");
    private static final double WEIGHT_DECAY = 1e-2;
    private static final double DROPOUT = 0.3;
    static final double VALIDATION = 0.2;
    private static final int TEXTS_WITHOUT_DATA = 1000;

    private final Recipe recipe;

    @Spec
    private CommandSpec spec;

    @Mixin
    private LentaOptions options;

    @Option(names = "--seed", description = "Of new weights, batches and dropout (${DEFAULT-VALUE}).")
    private long seed = 42;

    @Option(names = "--output", paramLabel = "DIR", description = "Folder of the run; runs/<name> unless given.")
    private Path output;

    @Option(names = "--results", paramLabel = "DIR", description = "Folder that gets a copy of the run's result.")
    private Path results;

    @Option(names = "--plan", description = "Show what would train in each epoch and what it might cost, and stop.")
    private boolean plan;

    @Option(names = "--labels", description = "Labels that --plan assumes where there are no data (${DEFAULT-VALUE}).")
    private int labels = 17;

    LentaExperiment(Recipe recipe) {
        this.recipe = recipe;
    }

    /** Runs the command {@code experiment NAME}. */
    static void launch(String name, String[] args) throws Exception {
        Launcher.main(
                Stream.concat(Stream.of("experiment", name), Stream.of(args)).toArray(String[]::new));
    }

    Recipe recipe() {
        return recipe;
    }

    /** The run that these options ask for. */
    FineTuning run(LentaOptions of, long trainingSeed, Path folder) {
        Path model = of.modelFolder(recipe.model(), plan ? HubFiles.TOKENIZER : HubFiles.ALL);
        LabelledData data = new LabelledData(
                plan ? of.data().path() : of.dataFile(),
                of.text,
                of.label,
                MissingValues.DROP,
                RARE_TOPICS,
                of.sample,
                of.limit == null ? OptionalInt.empty() : OptionalInt.of(of.limit),
                VALIDATION,
                of.dataSeed);
        TrainingOptions training = TrainingOptions.of(
                of.epochs,
                of.batchSize == null ? recipe.batchSize() : of.batchSize,
                ParameterRates.uniform(of.learningRate == null ? recipe.learningRate() : of.learningRate, WEIGHT_DECAY),
                trainingSeed);
        return new FineTuning(
                model,
                data,
                recipe.head(),
                DROPOUT,
                of.maxLength(ModernBertConfig.read(model)),
                Selector.parse("all"),
                Optional.of(recipe.schedule().toString()),
                plan ? Precision.FLOAT32 : of.precision.precision(),
                training,
                folder);
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        FineTuning run = run(options, seed, output == null ? Path.of("runs", spec.name()) : output);
        if (plan) {
            printPlan(out, run);
            return 0;
        }
        if (isFinished(run)) {
            throw new InputException(run.output() + ": this run is finished; use another --output to run it again");
        }
        AtomicReference<FineTuned> trained = new AtomicReference<>();
        int code = TrainingSession.run(out, listener -> {
            trained.set(
                    FineTuning.holdsRun(run.output()) ? FineTuning.resume(run.output(), listener) : run.run(listener));
            return trained.get();
        });
        if (code == 0) {
            RunResult result = RunResult.of(spec.name(), run, trained.get());
            result.writeTo(run.output());
            if (results != null) {
                result.addTo(results);
            }
            out.println(Notebook.comparedWith(result));
        }
        return code;
    }

    private void printPlan(PrintWriter out, FineTuning run) {
        if (options.hasData()) {
            DryRun.print(out, run);
        } else {
            out.printf("%s: not on disk; planned for %d labels%n", options.data(), labels);
            DryRun.printWithoutData(out, run, labels, TEXTS_WITHOUT_DATA);
        }
    }

    /**
     * Whether a run has been done already.
     *
     * @throws InputException if its folder holds another run
     */
    static boolean isFinished(FineTuning run) {
        if (!FineTuning.holdsRun(run.output())) {
            return false;
        }
        if (!FineTuning.settingsOf(run.output()).equals(run)) {
            throw new InputException(run.output() + ": holds a run with other settings; use another --output");
        }
        return RunResult.isIn(run.output());
    }
}
