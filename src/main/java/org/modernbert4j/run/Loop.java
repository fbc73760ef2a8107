package org.modernbert4j.run;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.freeze.EpochPlan;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.FrozenPrefix;
import org.modernbert4j.model.Gradient;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.optim.GradientSum;
import org.modernbert4j.optim.OnNan;
import org.modernbert4j.optim.Optimizer;
import org.modernbert4j.optim.UpdateRule;
import org.modernbert4j.run.RunProgress.Phase;
import org.modernbert4j.task.KnownValues;
import org.modernbert4j.task.Logits;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.Measurement.Outcome;
import org.modernbert4j.task.Task;
import org.modernbert4j.task.Task.Evaluated;
import org.modernbert4j.task.Task.Part;

/** The training loop. In each epoch it trains the plan's parameters batch by batch, measures, and saves checkpoints. */
final class Loop<M> implements AutoCloseable {
    /** Saves the results of a run. */
    interface Keeper<M> {
        /** Saves weights, optimizer and state, so that the run can resume here. */
        void checkpoint();

        /**
         * Saves a measurement. If it is the best so far, saves the weights too.
         *
         * @param best the files of its evaluation if it is the best so far; else empty
         */
        void measured(Measurement<M> measurement, Optional<Map<String, String>> best);
    }

    private final Task<M> task;
    private final Network network;
    private final Layout layout;
    private final Training training;
    private final FreezePlan plan;
    private final PrefixCache.Limits cacheLimits;
    private final RunListener listener;
    private final Keeper<M> keeper;
    private final Optimizer optimizer;
    private final NonFiniteStep nonFinite;
    private final RunState<M> state;
    private final int stepsAnEpoch;
    private final int steps;
    private Frozen frozen = Frozen.NOTHING;

    /** The batch of the next step, made ahead; empty if it is to be made. No part of the state: the step determines it. */
    private Optional<StepBatch> ahead = Optional.empty();

    private long savedAt = System.nanoTime();

    /** The known values of the texts while a prefix is frozen. */
    private record Frozen(Optional<FrozenPrefix> prefix, KnownValues training, KnownValues validation) {
        private static final Frozen NOTHING = new Frozen(Optional.empty(), KnownValues.NONE, KnownValues.NONE);

        private void close() {
            training.close();
            validation.close();
        }
    }

    /**
     * Makes a loop at step 0.
     *
     * @param plan has as many epochs as the steps need
     * @param cacheLimits of the cache of a frozen prefix
     * @throws org.modernbert4j.InputException if the network lacks a parameter that the settings exempt from weight decay
     */
    Loop(
            Task<M> task,
            Network network,
            Layout layout,
            Training training,
            FreezePlan plan,
            PrefixCache.Limits cacheLimits,
            RunListener listener,
            Keeper<M> keeper) {
        this.task = task;
        this.network = network;
        this.layout = layout;
        this.training = training;
        this.plan = plan;
        this.cacheLimits = cacheLimits;
        this.listener = listener;
        this.keeper = keeper;
        optimizer = training.update().open(network);
        nonFinite = new NonFiniteStep(network, training.update().onNan() == OnNan.SKIP);
        state = new RunState<>(task.metricsFormat());
        stepsAnEpoch = training.stepsAnEpoch(task.texts().training().size());
        steps = training.steps(stepsAnEpoch);
        state.plannedSteps = steps;
        state.backend = network.backend().name();
    }

    Optimizer optimizer() {
        return optimizer;
    }

    RunState<M> state() {
        return state;
    }

    /**
     * Trains from the current state to the end.
     *
     * @return true at the end; false if the listener requested a stop
     * @throws DivergedException if a loss or a gradient is not finite, and such steps are not to be skipped
     */
    boolean run() {
        listener.planned(plan);
        while (goesOn()) {
            EpochPlan epoch = plan.epochs().get(state.step / stepsAnEpoch);
            listener.epochStarts(epoch);
            optimizer.flush();
            freezePrefix(epoch);
            if (!train(epoch)) {
                checkpoint();
                return false;
            }
        }
        return true;
    }

    /** Whether there are steps to do. */
    boolean goesOn() {
        return state.step < steps && !outOfPatience();
    }

    /** Whether patience ends the run before its last step. */
    boolean outOfPatience() {
        return state.step < steps
                && training.patience().isPresent()
                && state.evaluationsSinceBest() >= training.patience().getAsInt();
    }

    /** Creates the cache at the first epoch of a phase with a frozen prefix, and closes it after the last. */
    private void freezePrefix(EpochPlan epoch) {
        Optional<FrozenPrefix> prefix = task.keepsTexts() ? FrozenPrefix.of(plan, epoch.epoch()) : Optional.empty();
        if (prefix.equals(frozen.prefix)) {
            return;
        }
        frozen.close();
        frozen = new Frozen(
                prefix,
                known(prefix, task.texts().training()),
                known(prefix, task.texts().validation()));
    }

    private KnownValues known(Optional<FrozenPrefix> prefix, List<TokenizedText> texts) {
        return prefix.<KnownValues>map(one -> new PrefixCache(network, layout, one, texts, cacheLimits))
                .orElse(KnownValues.NONE);
    }

    /** Does the remaining steps of an epoch; returns false if the listener requested a stop. */
    private boolean train(EpochPlan epoch) {
        List<List<Integer>> batches = task.batches(training.batchSize(), epoch.epoch());
        int done = batches.subList(0, state.step % stepsAnEpoch).stream()
                .mapToInt(List::size)
                .sum();
        for (int i = state.step % stepsAnEpoch; i < batches.size(); i++) {
            if (listener.stopRequested()) {
                return false;
            }
            List<Integer> texts = batches.get(i);
            boolean isLast = i + 1 == batches.size() || state.step + 1 == steps;
            step(epoch.trainable(), texts, isLast ? List.of() : batches.get(i + 1));
            done += texts.size();
            progress(Phase.TRAINING, done, task.texts().training().size(), state.loss());
            boolean evaluates =
                    state.step == steps || isDue(training.intervals().evaluate());
            if (evaluates || isDue(training.intervals().log())) {
                measure(epoch, evaluates);
            }
            if (!goesOn()) {
                checkpoint();
                break;
            }
            if (training.intervals().saving().isDue(state.step, stepsAnEpoch, sinceSaved())) {
                checkpoint();
            }
        }
        return true;
    }

    private boolean isDue(OptionalInt interval) {
        return state.step % interval.orElse(stepsAnEpoch) == 0;
    }

    /**
     * One optimizer step: forward and backward pass for each part of the batch, then the update of the trainable parameters.
     *
     * @param next texts of the next batch of the epoch; empty if there is none
     */
    private void step(Set<Parameter> trainable, List<Integer> texts, List<Integer> next) {
        long start = System.nanoTime();
        double loss;
        double norm;
        Optional<M> trainedBefore = state.trained;
        boolean skips;
        nonFinite.begin();
        StepBatch batch = ahead.orElseGet(() -> batch(texts, state.step));
        ahead = Optional.empty();
        try (GradientSum sum = new GradientSum(network.backend(), batch.parts().size())) {
            try (batch) {
                loss = runPasses(batch, trainable, next, sum);
                norm = UpdateRule.norm(network.backend(), sum.gradients().values());
            }
            skips = !Double.isFinite(loss) || !Double.isFinite(norm);
            if (skips) {
                skip(loss, sum.gradients(), texts);
            } else {
                training.update().apply(optimizer, sum.gradients(), norm, state.step, steps);
            }
        }
        long tokens = TokenizedText.tokens(texts.stream().map(task.texts().training()::get));
        if (skips) {
            state.trained = trainedBefore;
            state.skipped(tokens, secondsSince(start));
        } else {
            nonFinite.stepped(loss);
            state.stepped(loss, task.weight(batch.targets()), tokens, secondsSince(start));
        }
    }

    /**
     * Runs the passes of a batch and adds up their gradients. A device computes the last one while the host makes the next batch; only
     * then does the host wait for the loss.
     *
     * @return the loss
     */
    private double runPasses(StepBatch batch, Set<Parameter> trainable, List<Integer> next, GradientSum sum) {
        double loss = 0;
        int left = batch.parts().size();
        for (StepBatch.Part part : batch.parts()) {
            optimizer.begin(part.task().batch());
            Network.Step pass = network.step(part.input(), part.known(), trainable);
            try {
                if (--left == 0 && !next.isEmpty()) {
                    ahead = Optional.of(batch(next, state.step + 1));
                }
                loss += pass.loss();
                state.trained = task.measure(state.trained, part.task(), new Logits(network.backend(), pass.logits()));
                nonFinite.look(part.task(), pass);
            } catch (RuntimeException e) {
                pass.close();
                throw e;
            }
            sum.add(pass);
        }
        return loss;
    }

    private StepBatch batch(List<Integer> texts, int step) {
        List<Part> parts = task.parts(layout, texts, training.accumulation(), step);
        return StepBatch.of(network, parts, frozen.training, part -> dropoutSeed(step, part));
    }

    /**
     * Says that a step is skipped.
     *
     * @throws DivergedException if such steps are not to be skipped, or a weight is not finite, so that no other step would be either
     */
    private void skip(double loss, Map<Parameter, Gradient> gradients, List<Integer> batch) {
        List<String> places = nonFinite.textsOf(batch).stream()
                .map(task.texts().training()::get)
                .sorted(Comparator.comparing(TokenizedText::row))
                .map(task::place)
                .toList();
        String what = "epoch %d, step %d, %s: %s"
                .formatted(
                        state.step / stepsAnEpoch + 1,
                        state.step + 1,
                        NonFiniteStep.places(task.places(), places),
                        nonFinite.found(loss, gradients));
        if (training.update().onNan() == OnNan.STOP || nonFinite.brokenWeight().isPresent()) {
            throw new DivergedException(what + ", expected finite numbers; " + nonFinite.advice(batch));
        }
        listener.note(what + "; skipped");
    }

    /** A seed that differs for each part, step and run seed. */
    private long dropoutSeed(int step, int part) {
        long seed = (training.seed() * 1_000_003 + step) * 1_009 + part;
        return seed & Long.MAX_VALUE;
    }

    private void measure(EpochPlan epoch, boolean evaluates) {
        if (state.weight == 0) {
            throw new DivergedException(
                    "step %d: found no finite loss since the last measurement, all steps were skipped; %s"
                            .formatted(state.step, nonFinite.advice(List.of())));
        }
        long start = System.nanoTime();
        Optional<Evaluated<M>> evaluated =
                evaluates && !task.texts().validation().isEmpty() ? Optional.of(evaluate()) : Optional.empty();
        double seconds = secondsSince(start);
        Measurement<M> measurement = new Measurement<>(
                state.step,
                epoch.epoch() + 1,
                epoch.parameters(),
                training.update().schedule().factor(state.step - 1, steps)
                        * training.update().rates().encoder(),
                state.totals(),
                state.training(),
                evaluated.map(found -> new Outcome<>(found.loss(), Optional.of(found.metrics()), seconds)));
        state.measured(measurement);
        boolean best = state.best().filter(measurement::equals).isPresent();
        keeper.measured(measurement, best ? evaluated.map(Evaluated::files) : Optional.empty());
    }

    private Evaluated<M> evaluate() {
        optimizer.flush();
        Evaluated<M> evaluated = task.evaluate(
                network,
                layout,
                training.batchSize(),
                frozen.validation,
                (done, total) -> progress(Phase.EVALUATING, done, total, Double.NaN));
        if (!Double.isFinite(evaluated.loss())) {
            throw new DivergedException("after step %d, on the validation texts: %s, expected finite numbers; %s"
                    .formatted(state.step, nonFinite.found(evaluated.loss(), Map.of()), nonFinite.advice(List.of())));
        }
        return evaluated;
    }

    private void checkpoint() {
        optimizer.flush();
        keeper.checkpoint();
        savedAt = System.nanoTime();
    }

    private Duration sinceSaved() {
        return Duration.ofNanos(System.nanoTime() - savedAt);
    }

    private void progress(Phase phase, long done, long total, double loss) {
        int epoch = Math.max(0, state.step - 1) / stepsAnEpoch + 1;
        listener.progress(new RunProgress(phase, epoch, done, total, state.step, steps, state.tokens, loss));
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    @Override
    public void close() {
        ahead.ifPresent(StepBatch::close);
        frozen.close();
        optimizer.close();
    }
}
