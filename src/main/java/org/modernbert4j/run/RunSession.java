package org.modernbert4j.run;

import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.modernbert4j.OutputFile;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.checkpoint.AtomicFolder;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.checkpoint.CheckpointWriter;
import org.modernbert4j.checkpoint.WeightType;
import org.modernbert4j.data.Csv;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.optim.OptimizerFile;
import org.modernbert4j.run.RunProgress.Phase;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.MetricsFormat;
import org.modernbert4j.task.Task;
import org.modernbert4j.task.TaskInput;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;

/** A run in progress: reads the inputs, runs the loop and writes the run's folder. */
final class RunSession<M> implements Loop.Keeper<M> {
    private static final String METRICS = "metrics.csv";

    private final Run<M> run;
    private final RunListener listener;
    private final List<String> notes = new ArrayList<>();
    private Architecture architecture;
    private Map<Parameter, Array> weights = Map.of();
    private Task<M> task;
    private Network network;
    private FreezePlan plan;
    private Loop<M> loop;

    RunSession(Run<M> run, RunListener listener) {
        this.run = run;
        this.listener = listener;
    }

    /**
     * Runs it.
     *
     * @param folder of the weights: the model's folder, or the last checkpoint's
     * @param resumed whether the run resumes from that checkpoint
     */
    Trained<M> run(Path folder, boolean resumed) {
        try (Checkpoint checkpoint = Checkpoint.open(folder);
                HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(run.model());
                Backend backend = Backends.open(run.backend())) {
            try {
                task = run.task()
                        .open(new TaskInput(
                                run.model(),
                                checkpoint.config(),
                                tokenizer,
                                run.training().seed(),
                                this::note,
                                found -> load(checkpoint, found, backend),
                                this::tokenized));
                int texts = task.texts().training().size();
                plan = plan(run.training().epochs(texts));
                note("%,d steps".formatted(run.training().steps(run.training().stepsAnEpoch(texts))));
                int padding = tokenizer.specialTokens().pad();
                Layout layout = Layout.of(architecture, backend, task.length(), padding);
                try (Network built = new Network(
                                architecture, weights, backend, run.precision(), task.length(), task.loss());
                        Loop<M> opened = new Loop<>(
                                task,
                                built,
                                layout,
                                run.training(),
                                plan,
                                PrefixCache.Limits.ofProcess(),
                                listener,
                                this)) {
                    network = built;
                    loop = opened;
                    return train(folder, resumed);
                }
            } finally {
                weights.values().forEach(Array::close);
            }
        }
    }

    /** Checks that the settings fit the network, then loads the weights into the backend. */
    private void load(Checkpoint checkpoint, Architecture found, Backend backend) {
        architecture = found;
        found.config().ignored().forEach(field -> note("config.json: " + field + " is not known here, ignored"));
        run.training().update().rates().of(found);
        plan(run.training().epochs());
        Checkpoint.Loaded loaded =
                checkpoint.load(found, backend, run.training().seed());
        weights = loaded.weights();
        loaded.report().forEach(this::note);
    }

    private FreezePlan plan(int epochs) {
        return FreezePlan.of(run.freezing().schedule(architecture.config().encoder()), architecture, epochs);
    }

    private void tokenized(long done, long total) {
        listener.progress(new RunProgress(Phase.TOKENIZING, 0, done, total, 0, 0, 0, Double.NaN));
    }

    private Trained<M> train(Path folder, boolean resumed) {
        RunState<M> state = loop.state();
        String backend = network.backend().name();
        MetricsFormat<M> format = task.metricsFormat();
        if (resumed) {
            Map<String, Integer> steps = StateFile.read(folder, state, format);
            OptimizerFile.read(folder, loop.optimizer(), steps, network.backend());
        } else {
            RunFile.write(run.withBackend(backend), task.texts().sources(), Environment.describe(backend));
        }
        write(METRICS, Csv.of(format.columns(), state.measurements.stream().map(format::row)));
        FrozenCheck frozen = new FrozenCheck(plan, network);
        boolean finished = loop.run();
        frozen.verify(this::note);
        if (finished && !run.task().keepsBest()) {
            Path model = run.output().resolve(RunFolder.LAST);
            AtomicFolder.write(model, this::writeModel);
            listener.saved(model);
            report();
        }
        return new Trained<>(run.output(), List.copyOf(state.measurements), format, finished);
    }

    private void write(String file, String text, OpenOption... options) {
        OutputFile.write(run.output().resolve(file), text, "make room and resume", options);
    }

    private void note(String line) {
        notes.add(line);
        listener.note(line);
    }

    @Override
    public void measured(Measurement<M> measurement, Optional<Map<String, String>> best) {
        MetricsFormat<M> format = task.metricsFormat();
        write(METRICS, Csv.row(format.row(measurement)), StandardOpenOption.APPEND);
        best.filter(files -> run.task().keepsBest()).ifPresent(files -> {
            AtomicFolder.write(run.output().resolve(RunFolder.BEST), this::writeModel);
            files.forEach(this::write);
        });
        listener.measured(measurement, measurement.validation().map(evaluated -> format.text(measurement, plan)));
    }

    @Override
    public void checkpoint() {
        Path folder = RunFolder.saveCheckpoint(run.output(), loop.state().step, partial -> {
            writeModel(partial);
            OptimizerFile.write(partial, loop.optimizer(), network.backend());
            StateFile.write(partial, loop.state(), loop.optimizer().steps(), task.metricsFormat());
        });
        listener.saved(folder);
        report();
    }

    private void writeModel(Path folder) {
        CheckpointWriter.write(folder, architecture, network.weights(), network.backend(), WeightType.FLOAT32);
        CheckpointWriter.copyTokenizer(run.model(), folder);
        task.save(folder);
    }

    private void report() {
        RunState<M> state = loop.state();
        if (state.measurements.isEmpty()) {
            return;
        }
        RunSummary<M> summary = new RunSummary<>(
                run.output().toAbsolutePath().normalize().getFileName().toString(),
                RunFile.describe(run.output()),
                task.texts().sources(),
                plan,
                state.measurements,
                state.best(),
                notes);
        ServiceLoader.load(RunReport.class).forEach(report -> report.write(run.output(), summary));
    }
}
