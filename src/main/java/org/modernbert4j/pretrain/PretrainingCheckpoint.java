package org.modernbert4j.pretrain;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.modernbert4j.InputException;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.train.AdamW;
import org.modernbert4j.train.OptimizerFile;
import org.modernbert4j.train.StateFile;

/** What a run needs besides its weights to go on to the same bits: the optimizer's moments, and {@code trainer_state.json}. */
final class PretrainingCheckpoint {
    /** The fields of trainer_state.json; those that the transformers library has too have its names. */
    private record Stored(
            int global_step,
            long num_input_tokens_seen,
            double seconds,
            double loss_sum,
            int summed_steps,
            Map<String, Integer> optimizer_steps,
            List<Measurement> log_history) {}

    private PretrainingCheckpoint() {}

    /** Writes both files into a folder. */
    static void write(Path folder, AdamW optimizer, PretrainingState state) {
        Map<String, Integer> steps = OptimizerFile.write(folder, optimizer);
        Stored stored = new Stored(
                state.step, state.tokens, state.seconds, state.lossSum, state.summed, steps, state.measurements);
        StateFile.write(folder, stored);
    }

    /**
     * Reads both files.
     *
     * @param optimizer goes on from the moments
     * @throws InputException if a file is missing or is not of this network
     */
    static PretrainingState read(Path folder, Architecture architecture, AdamW optimizer) {
        Stored stored = StateFile.read(folder, Stored.class);
        PretrainingState state = new PretrainingState();
        state.step = stored.global_step;
        state.tokens = stored.num_input_tokens_seen;
        state.seconds = stored.seconds;
        state.lossSum = stored.loss_sum;
        state.summed = stored.summed_steps;
        state.measurements.addAll(stored.log_history);
        OptimizerFile.read(folder, stored.optimizer_steps, architecture, optimizer);
        return state;
    }
}
