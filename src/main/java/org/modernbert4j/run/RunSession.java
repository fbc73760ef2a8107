package org.modernbert4j.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import org.modernbert4j.OutputFile;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.checkpoint.AtomicFolder;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.checkpoint.CheckpointWriter;
import org.modernbert4j.checkpoint.WeightType;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.optim.OptimizerFile;
import org.modernbert4j.run.RunProgress.Phase;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.Task;
import org.modernbert4j.task.TaskInput;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;

/** A run in progress: what it reads, the loop, and the folder that it writes. */
final class RunSession<M> implements Loop.Keeper<M> {
    private final Run<M> run;
    private final RunListener listener;
    private final List<String> notes = new ArrayList<>();
    private Architecture architecture;
    private Map<Parameter, Array> weights = Map.of();
    private Task<M> task;
    private Network network;
    private FreezePlan plan;
    private Loop<M> loop;
    private MetricsFile<M> metrics;

    RunSession(Run<M> run, RunListener listener) {
        this.run = run;
        this.listener = listener;
    }

    Trained<M> start() {
        return run(run.model(), false);
    }

    Trained<M> resume() {
        return run(RunFolder.lastCheckpoint(run.output()), true);
    }

    private Trained<M> run(Path folder, boolean resumed) {
        try (Checkpoint checkpoint = Checkpoint.open(folder);
                HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(run.model());
                Backend backend = open()) {
            try {
                task = run.task().open(input(checkpoint, tokenizer, network -> load(checkpoint, network, backend)));
                plan = plan(run.training().epochs(task.training().size()));
                note("%,d steps"
                        .formatted(run.training()
                                .steps(run.training()
                                        .stepsAnEpoch(task.training().size()))));
                int padding = tokenizer.specialTokens().pad();
                Layout layout = Layout.of(architecture, backend, task.length(), padding);
                try (Network built = new Network(
                                architecture, weights, backend, run.precision(), task.length(), task.loss());
                        Loop<M> opened = new Loop<>(
                                task, built, layout, run.training(), plan, CacheLimits.ofProcess(), listener, this)) {
                    network = built;
                    loop = opened;
                    return train(folder, resumed);
                }
            } finally {
                weights.values().forEach(Array::close);
            }
        }
    }

    /** Gives the weights to the backend, once the settings are known to fit the network. */
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

    private Backend open() {
        return run.backend().equals(Backends.AUTO) ? Backends.ofProcess() : Backends.open(run.backend());
    }

    private TaskInput input(
            Checkpoint checkpoint, HuggingFaceTokenizerFactory tokenizer, Consumer<Architecture> known) {
        return new TaskInput(
                run.model(),
                checkpoint.config(),
                tokenizer,
                run.training().seed(),
                this::note,
                known,
                (done, total) ->
                        listener.progress(new RunProgress(Phase.TOKENIZING, 0, done, total, 0, 0, 0, Double.NaN)));
    }

    private Trained<M> train(Path folder, boolean resumed) {
        RunState<M> state = loop.state();
        String backend = network.backend().name();
        if (resumed) {
            Map<String, Integer> steps = StateFile.read(folder, state, task.metricsFormat());
            OptimizerFile.read(folder, steps, loop.optimizer(), network.backend());
        } else {
            RunFile.write(run.withBackend(backend), task.sources(), Environment.describe(backend));
        }
        metrics = new MetricsFile<>(run.output(), task.metricsFormat().columns());
        metrics.begin(state.measurements);
        FrozenCheck frozen = new FrozenCheck(plan, network);
        boolean finished = loop.run();
        if (!run.task().isPretraining()) {
            note(frozen.verify());
        }
        if (finished && run.task().isPretraining()) {
            Path model = run.output().resolve(RunFolder.LAST);
            AtomicFolder.write(model, this::writeModel);
            listener.saved(model);
            report();
        }
        return new Trained<>(run.output(), List.copyOf(state.measurements), state.best(), finished);
    }

    private void note(String line) {
        notes.add(line);
        listener.note(line);
    }

    @Override
    public void measured(Measurement<M> measurement) {
        metrics.add(measurement);
    }

    @Override
    public void best(Map<String, String> files) {
        if (!run.task().isPretraining()) {
            AtomicFolder.write(run.output().resolve(RunFolder.BEST), this::writeModel);
            files.forEach((name, text) -> OutputFile.write(run.output().resolve(name), text, "make room and resume"));
        }
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
                task.sources(),
                plan,
                state.measurements,
                state.best(),
                notes);
        ServiceLoader.load(RunReport.class).forEach(report -> report.write(run.output(), summary));
    }
}
