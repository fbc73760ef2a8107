package experiments;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.modernbert4j.InputException;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.cli.DryRun;
import org.modernbert4j.cli.Experiment;
import org.modernbert4j.cli.OwnProcess;
import org.modernbert4j.cli.RunConsole;
import org.modernbert4j.data.Held;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.data.Reading;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.hub.HubFiles;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.run.Run;
import org.modernbert4j.run.RunFolder;
import org.modernbert4j.run.Trained;
import org.modernbert4j.task.SingleLabel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** An experiment of the notebook: news of lenta.ru by topic, two rare topics left out, a quarter of the texts, 3 epochs. */
@Command(
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "${COMMAND-FULL-NAME} \\",
            "    --model weights/modernbert-mini-ru --data experiments/data/news-sample.csv \\",
            "    --sample 0.5 --epochs 1 --max-length 16 \\",
            "    --output runs/${COMMAND-NAME}",
            "${COMMAND-FULL-NAME} \\",
            "    --model weights/modernbert-mini-ru --plan"
        })
abstract class LentaExperiment implements Experiment {
    private static final double WEIGHT_DECAY = 1e-2;
    private static final double DROPOUT = 0.3;
    private static final double VALIDATION = 0.2;
    private static final int TEXTS_WITHOUT_DATA = 1000;

    private final Recipe recipe;

    @Spec
    private CommandSpec spec;

    @Mixin
    private LentaOptions options;

    @Option(names = "--seed", paramLabel = "N", description = "Of new weights, batches and dropout (${DEFAULT-VALUE}).")
    private long seed = 42;

    @Option(names = "--output", paramLabel = "DIR", description = "Folder of the run; runs/<name> unless given.")
    private Path output;

    @Option(names = "--results", paramLabel = "DIR", description = "Folder that gets a copy of the run's result.")
    private Path results;

    @Option(names = "--plan", description = "Show what would train in each epoch and what it might cost, and stop.")
    private boolean plan;

    @Option(
            names = "--labels",
            paramLabel = "N",
            description = "Labels that --plan assumes where there are no data (${DEFAULT-VALUE}).")
    private int labels = 17;

    LentaExperiment(Recipe recipe) {
        this.recipe = recipe;
    }

    /** Runs the command {@code experiment NAME}. */
    static void launch(String name, String[] args) throws Exception {
        System.exit(OwnProcess.run(
                Stream.concat(Stream.of("experiment", name), Stream.of(args)).toArray(String[]::new)));
    }

    Recipe recipe() {
        return recipe;
    }

    /** The run that these options ask for. */
    Run<ClassificationMetrics> run(LentaOptions of, long trainingSeed, Path folder) {
        Path model = of.modelFolder(recipe.model(), plan ? HubFiles.TOKENIZER : HubFiles.ALL);
        return Run.builder(model, task(of, ModernBertConfig.read(model)), folder)
                .training(training -> training.epochs(of.epochs)
                        .batchSize(of.batchSize == null ? recipe.batchSize() : of.batchSize)
                        .learningRate(of.learningRate == null ? recipe.learningRate() : of.learningRate)
                        .weightDecay(WEIGHT_DECAY, Selector.parse("none"))
                        .seed(trainingSeed))
                .freezing(recipe.schedule())
                .precision(plan ? Precision.FLOAT32 : of.machine.precision())
                .backend(of.machine.backend())
                .build();
    }

    private SingleLabel task(LentaOptions of, ModernBertConfig config) {
        LabelledData data = new LabelledData(
                List.of(plan ? of.data().path() : of.dataFile()),
                Reading.of(of.text, of.label),
                of.excludeLabels,
                of.sample,
                of.limit == null ? OptionalInt.empty() : OptionalInt.of(of.limit),
                new Held.Share(VALIDATION),
                Optional.empty(),
                of.dataSeed);
        return new SingleLabel(data, recipe.head(), DROPOUT, of.maxLength(config));
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Run<ClassificationMetrics> run = run(options, seed, output == null ? Path.of("runs", spec.name()) : output);
        if (plan) {
            printPlan(out, run);
            return 0;
        }
        if (isFinished(run)) {
            throw new InputException(run.output() + ": this run is finished; use another --output to run it again");
        }
        AtomicReference<Trained<?>> trained = new AtomicReference<>();
        int code = RunConsole.run("train", out, listener -> {
            trained.set(RunFolder.holdsRun(run.output()) ? Run.resume(run.output(), listener) : run.start(listener));
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

    private void printPlan(PrintWriter out, Run<ClassificationMetrics> run) {
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
    static boolean isFinished(Run<ClassificationMetrics> run) {
        if (!RunFolder.holdsRun(run.output())) {
            return false;
        }
        Run<?> there = Run.settingsOf(run.output());
        // a run that has begun keeps the name of the backend that was chosen for it
        if (!there.equals(run.withBackend(there.backend()))) {
            throw new InputException(run.output() + ": holds a run with other settings; use another --output");
        }
        return RunResult.isIn(run.output());
    }
}
