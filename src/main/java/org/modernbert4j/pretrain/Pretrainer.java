package org.modernbert4j.pretrain;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.modernbert4j.data.Batching;
import org.modernbert4j.model.Batch;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.ParameterId;
import org.modernbert4j.ops.kernel.DropoutKernel;
import org.modernbert4j.pretrain.Masking.Masked;
import org.modernbert4j.train.AdamW;
import org.modernbert4j.train.DivergedException;
import org.modernbert4j.train.OptimizerStep;

/** The loop: steps over shuffled batches of sequences, with a measurement every few and a checkpoint every many. */
final class Pretrainer {
    /** Keeps what a run has come to. */
    interface Keeper {
        /** Saves the run where it is. */
        void checkpoint();

        /** Writes down a measurement. */
        void measured(Measurement measurement);
    }

    /** Steps from one measurement of the training loss to the next. */
    private static final int MEASURED_EVERY = 10;

    private final Network network;
    private final Corpus corpus;
    private final MaskedBatches batches;
    private final PretrainingOptions options;
    private final PretrainingListener listener;
    private final Keeper keeper;
    private final PretrainingState state;
    private final OptimizerStep update;
    private final int stepsAnEpoch;
    private final int steps;

    /**
     * @param state where the run is, which is changed
     * @param optimizer what it remembers at that state
     */
    Pretrainer(
            Network network,
            Corpus corpus,
            MaskedBatches batches,
            PretrainingOptions options,
            PretrainingState state,
            AdamW optimizer,
            PretrainingListener listener,
            Keeper keeper) {
        this.network = network;
        this.corpus = corpus;
        this.batches = batches;
        this.options = options;
        this.state = state;
        this.listener = listener;
        this.keeper = keeper;
        update = new OptimizerStep(network, optimizer, options.rates(), options.schedule(), options.maxGradientNorm());
        stepsAnEpoch = (corpus.train().size() + options.batchSize() - 1) / options.batchSize();
        steps = options.steps(stepsAnEpoch);
    }

    /** Steps of the whole run. */
    int steps() {
        return steps;
    }

    /**
     * Trains from where the state is to the end.
     *
     * @return whether the end was reached; false if the listener asked to stop
     * @throws DivergedException if the loss is no number any more
     */
    boolean run() {
        List<List<Integer>> epoch = epoch();
        while (state.step < steps) {
            if (listener.stopRequested()) {
                keeper.checkpoint();
                return false;
            }
            List<int[]> sequences = epoch.get(state.step % stepsAnEpoch).stream()
                    .map(corpus.train()::get)
                    .toList();
            step(sequences);
            measure();
            if (state.step == steps || state.step % options.saveEvery() == 0) {
                keeper.checkpoint();
            }
            if (state.step % stepsAnEpoch == 0) {
                epoch = epoch();
            }
        }
        return true;
    }

    private List<List<Integer>> epoch() {
        return Batching.random(corpus.train().size(), options.batchSize(), options.seed(), state.step / stepsAnEpoch);
    }

    private void step(List<int[]> sequences) {
        long start = System.nanoTime();
        List<Masked> masked = batches.ofStep(sequences, state.step);
        double loss = update(masked);
        if (!Double.isFinite(loss)) {
            throw new DivergedException(state.step / stepsAnEpoch + 1, state.step + 1, loss);
        }
        int tokens = sequences.stream().mapToInt(sequence -> sequence.length).sum();
        state.step++;
        state.tokens += tokens;
        state.lossSum += loss;
        state.summed++;
        state.seconds += (System.nanoTime() - start) / 1e9;
        listener.progress(state.step, steps, tokens, state.loss());
    }

    /** Forward and back over the parts of the batch that have hidden tokens, then the update; gives the loss. */
    private double update(List<Masked> masked) {
        int size = masked.size();
        int parts = Math.min(options.accumulation(), size);
        List<Batch> counted = IntStream.range(0, parts)
                .mapToObj(part -> batches.lay(masked.subList(size * part / parts, size * (part + 1) / parts)))
                .filter(batch -> batch.counted() > 0)
                .toList();
        int hidden = counted.stream().mapToInt(Batch::counted).sum();
        Set<ParameterId> all = network.weights().keySet();
        return update.take(
                counted.size(),
                part -> network.step(counted.get(part), all, 1.0 / hidden, DropoutKernel.NOTHING_DROPPED),
                state.step,
                steps);
    }

    private void measure() {
        boolean last = state.step == steps;
        boolean evaluates = last || state.step % options.evaluateEvery() == 0;
        if (!evaluates && state.step % MEASURED_EVERY != 0) {
            return;
        }
        Guesses guesses =
                evaluates ? Guesses.of(network, batches, corpus.validation(), options.batchSize()) : Guesses.NONE;
        Measurement measurement = new Measurement(
                state.step,
                state.loss(),
                options.schedule().factor(state.step - 1, steps)
                        * options.rates().encoder(),
                state.tokens,
                state.seconds,
                guesses.loss(),
                guesses.accuracy());
        state.measured(measurement);
        keeper.measured(measurement);
    }
}
