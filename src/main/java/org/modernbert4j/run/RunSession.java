package org.modernbert4j.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.modernbert4j.InputException;
import org.modernbert4j.OutputFile;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.checkpoint.CheckpointWriter;
import org.modernbert4j.checkpoint.WeightType;
import org.modernbert4j.data.Csv;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.Schedule;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.optim.OptimizerFile;
import org.modernbert4j.run.RunProgress.Phase;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.Measurement.Outcome;
import org.modernbert4j.task.MetricsFormat;
import org.modernbert4j.task.Task;
import org.modernbert4j.task.TaskInput;
import org.modernbert4j.task.Tokenizing;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;

/** A run in progress: reads the inputs, runs the loop and writes the run's folder. */
final class RunSession<M> implements Loop.Keeper<M> {
    static final String REMEDY = "make room and resume";

    private final Run<M> run;
    private final RunOutput output;
    private final RunListener listener;
    private final List<String> notes = new ArrayList<>();

    /** What the run's file says. */
    private RunFile.Stored stored;

    /** The files of the tokenizer: the checkpoint that they come from is gone after a while. */
    private Map<String, byte[]> tokenizerFiles = Map.of();

    /** Steps of the last checkpoint. */
    private int saved = -1;

    private Architecture architecture;
    private Schedule schedule;
    private boolean headIsNew;
    private Map<Parameter, Array> weights = Map.of();
    private Task<M> task;
    private Network network;
    private FreezePlan plan;
    private Loop<M> loop;

    /** Outcome of the final model on the test texts. */
    private Optional<Outcome<M>> test = Optional.empty();

    /** @param output the run's folder */
    RunSession(Run<M> run, RunOutput output, RunListener listener) {
        this.run = run;
        this.output = output;
        this.listener = listener;
    }

    /**
     * Begins the run.
     *
     * @param model whose weights and tokenizer it begins with
     */
    Trained<M> start(Checkpoint model) {
        return run(model, loaded -> {
            Freezing freezing = run.freezing().begun(schedule);
            String backend = network.backend().name();
            output.clear();
            stored = RunFile.write(
                    run.withBackend(backend).withFreezing(freezing),
                    task.texts().sources(),
                    model.hashes(),
                    Environment.describe(backend));
        });
    }

    /**
     * Goes on with the run.
     *
     * @param checkpoint of the run, which has all that it needs but the data
     * @param before what its {@link RunFile} says
     * @param now what it is to say from now on; here the backend gets its own name
     */
    Trained<M> resume(Checkpoint checkpoint, RunFile.Stored before, RunFile.Stored now) {
        return run(checkpoint, state -> {
            Path folder = checkpoint.folder();
            Map<String, Integer> steps = StateFile.read(folder, state, task.metricsFormat());
            if (state.step == state.plannedSteps || loop.outOfPatience()) {
                state.stay();
            }
            stored = now.with(now.run().withBackend(state.backend));
            if (state.movesNow()) {
                stored = stored.in(Environment.describe(state.backend));
            }
            boolean changed = !stored.equals(before);
            requirePlan(folder, state);
            OptimizerFile.read(folder, loop.optimizer(), steps, network.backend());
            saved = state.step;
            tidyCheckpoints(folder, state, changed);
            if (changed) {
                RunFile.write(stored);
            }
        });
    }

    private Trained<M> run(Checkpoint checkpoint, Consumer<RunState<M>> begin) {
        Path source = checkpoint.folder();
        checkpoint.config().requireTrainable(source);
        tokenizerFiles = CheckpointWriter.readTokenizer(source);
        try (HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(source);
                Backend backend = Backends.open(run.backend())) {
            try {
                Backends.notes(run.backend()).forEach(this::note);
                task = run.task()
                        .open(new TaskInput(
                                source,
                                checkpoint.config(),
                                tokenizer,
                                run.training().seed(),
                                this::note,
                                found -> load(checkpoint, found, backend),
                                this::tokenized));
                int texts = task.texts().training().size();
                plan = plan(run.training().epochs(texts));
                Oddities.of(run.training(), schedule, plan).forEach(this::note);
                Oddities.ofNewHead(headIsNew, plan).forEach(this::note);
                note("%,d steps".formatted(run.training().steps(run.training().stepsAnEpoch(texts))));
                task.summary().ifPresent(listener::data);
                int padding = new Tokenizing(source, tokenizer, checkpoint.config()).padding();
                Layout layout = Layout.of(architecture, backend, task.length(), padding);
                boolean finished;
                boolean stepped;
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
                    begin(begin);
                    stepped = loop.goesOn();
                    if (stepped) {
                        RunFolder.clearTest(run.output());
                    }
                    finished = train();
                }
                if (finished) {
                    closeWeights(); // room for those of the final model
                    test = new FinalTest<>(run, task, architecture, backend, layout, listener).outcome(stepped);
                    report(); // also where all but that was done before a stop
                }
                return new Trained<>(
                        run.output(), List.copyOf(loop.state().measurements), task.metricsFormat(), test, finished);
            } finally {
                closeWeights();
            }
        }
    }

    /** Checks that the settings fit the network, then loads the weights into the backend. */
    private void load(Checkpoint checkpoint, Architecture found, Backend backend) {
        architecture = found;
        found.config().notes().forEach(this::note);
        run.training().update().rates().of(found);
        schedule = run.freezing().schedule(found.config().encoder());
        plan(run.training().epochs());
        Checkpoint.Loaded loaded =
                checkpoint.load(found, backend, run.training().seed());
        weights = loaded.weights();
        headIsNew = !loaded.missing().isEmpty();
        loaded.report().forEach(this::note);
    }

    private FreezePlan plan(int epochs) {
        return FreezePlan.of(schedule, architecture, epochs);
    }

    private void tokenized(long done, long total) {
        listener.progress(new RunProgress(Phase.TOKENIZING, 0, done, total, 0, 0, 0, Double.NaN));
    }

    private void begin(Consumer<RunState<M>> begin) {
        MetricsFormat<M> format = task.metricsFormat();
        output.requireRoom(run, architecture, plan, task.texts().training().size());
        begin.accept(loop.state());
        write(
                RunFolder.METRICS,
                Csv.of(format.columns(), loop.state().measurements.stream().map(format::row)));
    }

    /** Trains to the end; returns false if the listener requested a stop. */
    private boolean train() {
        FrozenCheck frozen = new FrozenCheck(plan, network);
        boolean finished = loop.run();
        frozen.verify(this::note);
        if (finished && loop.outOfPatience()) {
            note("%s; a larger --patience goes on beside --resume".formatted(ending(loop.state())));
        }
        if (finished && !run.task().keepsBest()) {
            Path model = run.output().resolve(RunFolder.LAST);
            RunFolder.save(model, this::writeModel);
            listener.saved(model);
        }
        return finished;
    }

    private void closeWeights() {
        weights.values().forEach(Array::close);
        weights = Map.of();
    }

    /** Refuses a state that does not fit the plan, and one after which a changed plan cannot go on. */
    private void requirePlan(Path folder, RunState<M> state) {
        int last =
                state.measurements.stream().mapToInt(Measurement::epoch).max().orElse(0);
        if (last > plan.epochs().size() || state.step > state.plannedSteps) {
            throw new InputException(
                    "%s: found %,d steps and %d epochs done, expected at most the %,d steps and %d epochs of this run; go on for more epochs or steps, or start a new run"
                            .formatted(
                                    folder,
                                    state.step,
                                    last,
                                    state.plannedSteps,
                                    plan.epochs().size()));
        }
        for (RunState.Replanned change : state.replanned) {
            note(
                    "planned for %,d steps at first, for another number from step %,d on: learning rate and schedule follow that from there"
                            .formatted(change.plannedBefore(), change.step()));
        }
        state.backendsBefore()
                .ifPresent(before -> note(
                        "now on %s, before on %s; the numbers agree with those of one backend to rounding, not to the bit"
                                .formatted(state.backend, before)));
        boolean changed = state.replanned.stream().anyMatch(change -> change.step() == state.step);
        if (changed && state.step == state.plannedSteps) {
            throw new InputException(
                    "%s: found %,d steps done, expected fewer than the %,d steps to do; go on for more epochs or steps"
                            .formatted(folder, state.step, state.plannedSteps));
        }
        if (changed && loop.outOfPatience()) {
            throw new InputException(
                    "%s: %s, so that other epochs or steps change nothing; go on with --patience %d or more as well, or start a new run"
                            .formatted(folder, ending(state), state.evaluationsSinceBest() + 1));
        }
        Path best = run.output().resolve(RunFolder.BEST);
        StateFile.readPlace(best).ifPresent(place -> requireComparable(best, place, folder, state, changed));
    }

    /**
     * Refuses to go on from a checkpoint before the best model, if the run would not come by it again: it would stay, though its
     * score is none of this run's. What older versions saved has no plan; then a plan that changes here cannot be the same. Another
     * backend comes by it again, to rounding.
     */
    private void requireComparable(Path best, PlannedRun.Place place, Path folder, RunState<M> state, boolean changed) {
        boolean same = place.plan().map(state.plan()::equals).orElse(!changed);
        if (place.step() <= state.step || same) {
            return;
        }
        String remedy = place.plan()
                .filter(then -> state.plan().changedAt(state.step, then.steps()).equals(then))
                .map(then -> "go on for %s first, as it was trained".formatted(duration(then.steps())))
                .orElse("go on from a checkpoint after that step, or start a new run");
        throw new InputException("%s: holds the weights after step %,d, later than %s%s; %s"
                .formatted(
                        best,
                        place.step(),
                        folder,
                        place.plan()
                                .map(then -> ", in a run planned for %,d steps, not %,d"
                                        .formatted(then.steps(), state.plannedSteps))
                                .orElse(""),
                        remedy));
    }

    /** A number of steps, or of epochs where the run counts in these. */
    private String duration(int steps) {
        int anEpoch = run.training().stepsAnEpoch(task.texts().training().size());
        return run.training().steps().isEmpty() && steps % anEpoch == 0
                ? "--epochs " + steps / anEpoch
                : "--steps " + steps;
    }

    /** How a run ended by patience. */
    private String ending(RunState<M> state) {
        return "stopped by patience %d at step %,d of %,d, as no score is better than that of step %,d"
                .formatted(
                        run.training().patience().getAsInt(),
                        state.step,
                        state.plannedSteps,
                        state.best().orElseThrow().step());
    }

    /**
     * Later checkpoints stay until the next is saved, but not in a run with other settings: it would go on from them after a stop.
     * Otherwise those are deleted that a stop has left.
     */
    private void tidyCheckpoints(Path folder, RunState<M> state, boolean changed) {
        List<Path> later = RunFolder.checkpoints(run.output()).stream()
                .filter(other -> RunFolder.step(other) > state.step)
                .toList();
        if (!later.isEmpty()) {
            String fate = changed
                    ? "the later %s are removed, as they have other settings"
                    : "the next checkpoint replaces the later %s";
            note("going on from " + folder + ": " + fate.formatted(later));
        }
        if (changed || later.isEmpty()) {
            RunFolder.keepLast(
                    run.output(),
                    state.step,
                    run.training().intervals().saving().keep());
        }
    }

    private void write(String file, String text) {
        OutputFile.write(run.output().resolve(file), text, REMEDY);
    }

    private void note(String line) {
        notes.add(line);
        listener.note(line);
    }

    @Override
    public void measured(Measurement<M> measurement, Optional<Map<String, String>> best) {
        MetricsFormat<M> format = task.metricsFormat();
        OutputFile.append(run.output().resolve(RunFolder.METRICS), Csv.row(format.row(measurement)), REMEDY);
        best.filter(files -> run.task().keepsBest()).ifPresent(files -> {
            RunFolder.save(run.output().resolve(RunFolder.BEST), partial -> {
                writeModel(partial);
                StateFile.writePlace(
                        partial,
                        new PlannedRun.Place(
                                measurement.step(), Optional.of(loop.state().plan())));
            });
            files.forEach(this::write);
        });
        listener.measured(measurement, measurement.validation().map(evaluated -> format.text(measurement, plan)));
    }

    @Override
    public void checkpoint() {
        if (saved == loop.state().step) {
            return;
        }
        saved = loop.state().step;
        int keep = run.training().intervals().saving().keep();
        Path folder = RunFolder.saveCheckpoint(run.output(), saved, keep, partial -> {
            writeModel(partial);
            OptimizerFile.write(partial, loop.optimizer(), network.backend());
            StateFile.write(
                    partial, loop.state(), loop.optimizer().steps(), task.metricsFormat(), TrainedUnder.of(stored));
        });
        listener.saved(folder);
        report();
    }

    private void writeModel(Path folder) {
        CheckpointWriter.write(folder, architecture, network.weights(), network.backend(), WeightType.FLOAT32);
        CheckpointWriter.writeTokenizer(tokenizerFiles, folder);
        task.save(folder);
    }

    private RunFile.Description description(RunState<M> state) {
        RunFile.Description stored = RunFile.describe(run.output());
        RunFile.Description description = state.backendsBefore()
                .map(before -> stored.with(RunFile.BACKEND + " before", before))
                .orElse(stored);
        return state.replanned.isEmpty()
                ? description
                : description.with(
                        "planned before",
                        state.replanned.stream()
                                .map(change ->
                                        "%,d steps, until step %,d".formatted(change.plannedBefore(), change.step()))
                                .collect(Collectors.joining("; ")));
    }

    private void report() {
        RunState<M> state = loop.state();
        if (state.measurements.isEmpty()) {
            return;
        }
        List<String> said = new ArrayList<>(notes);
        if (state.skipped > 0) {
            said.add("%,d of %,d steps were skipped, as their loss or gradients were not finite"
                    .formatted(state.skipped, state.step));
        }
        RunSummary<M> summary = new RunSummary<>(
                run.output().toAbsolutePath().normalize().getFileName().toString(),
                description(state),
                new RunSummary.Data(task.texts().sources(), task.summary()),
                plan,
                state.measurements,
                state.best(),
                test,
                said);
        ServiceLoader.load(RunReport.class).forEach(report -> report.write(run.output(), summary));
    }
}
