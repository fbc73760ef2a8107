package org.modernbert4j.train;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.modernbert4j.data.Batching;
import org.modernbert4j.data.Labels;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.freeze.EpochPlan;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.Schedule;
import org.modernbert4j.model.Batch;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.ParameterId;
import org.modernbert4j.model.ParameterId.TokenEmbedding;
import org.modernbert4j.ops.KernelExecutioner;
import org.modernbert4j.report.ClassificationMetrics;
import org.modernbert4j.report.EpochResult;
import org.modernbert4j.train.TrainingListener.Phase;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The loop: for each epoch, steps over shuffled batches with the parameters that its schedule lets train, then an evaluation. */
final class Trainer implements AutoCloseable {
    /** Saves the run where it is. */
    interface Saver {
        /** Keeps weights, optimizer and state, so that the run can go on from here. */
        void checkpoint(AdamW optimizer, TrainingState state);

        /** Keeps the weights as the best so far. */
        void best(EpochResult result, Evaluation validation);
    }

    private final Network network;
    private final Layout layout;
    private final Labels labels;
    private final TrainingOptions options;
    private final FreezePlan plan;
    private final TrainingListener listener;
    private final Saver saver;
    private final AdamW optimizer = new AdamW(0.9, 0.999, 1e-8, KernelExecutioner.workers());
    private final OptimizerStep update;
    private final TrainingState state = new TrainingState();
    private final CacheLimits cacheLimits;
    private FrozenStates frozen = FrozenStates.NONE;

    /** What is known of the texts while a prefix is frozen. */
    private record FrozenStates(Optional<FrozenPrefix> prefix, PrefixStates train, PrefixStates validation) {
        private static final FrozenStates NONE = new FrozenStates(Optional.empty(), null, null);

        private static Map<String, INDArray> of(PrefixStates states, List<Integer> indexes) {
            return states == null ? Map.of() : states.of(indexes);
        }

        private void close() {
            if (prefix.isPresent()) {
                train.close();
                validation.close();
            }
        }
    }

    Trainer(
            Network network,
            Layout layout,
            Labels labels,
            TrainingOptions options,
            Schedule schedule,
            CacheLimits cacheLimits,
            TrainingListener listener,
            Saver saver) {
        this.network = network;
        this.layout = layout;
        this.labels = labels;
        this.options = options;
        this.update =
                new OptimizerStep(network, optimizer, options.rates(), options.schedule(), options.maxGradientNorm());
        this.plan = FreezePlan.of(schedule, network.architecture(), options.epochs());
        this.cacheLimits = cacheLimits;
        this.listener = listener;
        this.saver = saver;
    }

    AdamW optimizer() {
        return optimizer;
    }

    TrainingState state() {
        return state;
    }

    /**
     * Trains from where the state is to the end.
     *
     * @return whether the end was reached; false if the listener asked to stop
     * @throws DivergedException if the loss is no number any more
     */
    boolean run(List<TokenizedText> train, List<TokenizedText> validation) {
        listener.planned(plan);
        while (state.epoch < options.epochs() && !outOfPatience()) {
            EpochPlan epoch = plan.epochs().get(state.epoch);
            listener.epochStarts(epoch);
            freezePrefix(train, validation);
            boolean whole = trainEpoch(epoch.trainable(), train);
            optimizer.flush();
            if (!whole) {
                saver.checkpoint(optimizer, state);
                return false;
            }
            Evaluation evaluation = endEpoch(epoch.parameters(), validation);
            EpochResult result = state.results.get(state.results.size() - 1);
            if (state.bestEpoch() == state.epoch) {
                saver.best(result, evaluation);
            }
            saver.checkpoint(optimizer, state);
            listener.epochEnds(result);
        }
        return true;
    }

    /** Remembers states from the first to the last epoch of a phase that freezes a prefix, and forgets them after it. */
    private void freezePrefix(List<TokenizedText> train, List<TokenizedText> validation) {
        Optional<FrozenPrefix> prefix =
                FrozenPrefix.of(plan, state.epoch, network.architecture().head());
        if (prefix.equals(frozen.prefix)) {
            return;
        }
        frozen.close();
        frozen = prefix.map(present -> new FrozenStates(
                        prefix,
                        new PrefixStates(network, layout, present, train, cacheLimits),
                        new PrefixStates(network, layout, present, validation, cacheLimits)))
                .orElse(FrozenStates.NONE);
    }

    private boolean outOfPatience() {
        return options.patience().isPresent()
                && state.epoch - state.bestEpoch() >= options.patience().getAsInt();
    }

    private boolean trainEpoch(Set<ParameterId> trainable, List<TokenizedText> texts) {
        List<List<Integer>> batches = Batching.shuffled(texts, options.batchSize(), options.seed(), state.epoch);
        int steps = options.epochs() * batches.size();
        while (state.batch < batches.size()) {
            if (listener.stopRequested()) {
                return false;
            }
            long start = System.nanoTime();
            step(trainable, texts, batches.get(state.batch), steps);
            state.seconds += (System.nanoTime() - start) / 1e9;
            state.batch++;
            int done = state.predicted.size();
            listener.progress(Phase.TRAINING, state.epoch + 1, done, texts.size(), state.lossSum / done);
        }
        return true;
    }

    /** One optimizer step: forward and back over the batch's parts, then the update of what trains. */
    private void step(Set<ParameterId> trainable, List<TokenizedText> texts, List<Integer> indexes, int steps) {
        int size = indexes.size();
        int parts = Math.min(options.accumulation(), size);
        update.take(
                parts,
                part -> pass(
                        trainable, texts, indexes.subList(size * part / parts, size * (part + 1) / parts), size, part),
                state.step,
                steps);
        state.step++;
    }

    private Network.Step pass(
            Collection<ParameterId> trainable, List<TokenizedText> texts, List<Integer> some, int whole, int part) {
        Batch batch = Evaluation.batch(layout, texts, some);
        long dropoutSeed = dropoutSeed(part);
        optimizer.prepare(new TokenEmbedding(), batch.ids());
        Network.Step pass =
                network.step(batch, FrozenStates.of(frozen.train, some), trainable, 1.0 / whole, dropoutSeed);
        double loss = pass.loss() * whole;
        if (!Double.isFinite(loss)) {
            pass.close();
            throw diverged(loss);
        }
        state.lossSum += loss;
        for (int i = 0; i < some.size(); i++) {
            state.predicted.add(largest(pass.logits(), i));
            state.truth.add(batch.labels()[i]);
        }
        return pass;
    }

    /** A mask of its own for each part of each step of each seed. */
    private long dropoutSeed(int part) {
        long seed = (options.seed() * 1_000_003 + state.step) * 1_009 + part;
        return seed & Long.MAX_VALUE;
    }

    private static int largest(INDArray logits, int row) {
        int best = 0;
        for (int i = 1; i < logits.size(1); i++) {
            if (logits.getFloat(row, i) > logits.getFloat(row, best)) {
                best = i;
            }
        }
        return best;
    }

    private Evaluation endEpoch(long trainable, List<TokenizedText> validation) {
        long start = System.nanoTime();
        int epoch = state.epoch + 1;
        Evaluation evaluation = Evaluation.of(
                network,
                layout,
                validation,
                options.batchSize(),
                indexes -> FrozenStates.of(frozen.validation, indexes),
                (done, total) -> listener.progress(Phase.EVALUATING, epoch, done, total, Double.NaN));
        double seconds = (System.nanoTime() - start) / 1e9;
        if (!Double.isFinite(evaluation.loss())) {
            throw diverged(evaluation.loss());
        }
        int[] truth = validation.stream().mapToInt(TokenizedText::label).toArray();
        state.endEpoch(new EpochResult(
                epoch,
                state.step,
                trainable,
                state.lossSum / state.truth.size(),
                ClassificationMetrics.of(ints(state.truth), ints(state.predicted), labels.names()),
                evaluation.loss(),
                ClassificationMetrics.of(truth, evaluation.predicted(), labels.names()),
                state.seconds,
                seconds));
        return evaluation;
    }

    private DivergedException diverged(double loss) {
        return new DivergedException(state.epoch + 1, state.step + 1, loss);
    }

    private static int[] ints(List<Integer> list) {
        return list.stream().mapToInt(i -> i).toArray();
    }

    @Override
    public void close() {
        frozen.close();
    }
}
