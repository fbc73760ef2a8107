package org.modernbert4j.pretrain;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.modernbert4j.model.Batch;
import org.modernbert4j.model.Network;
import org.modernbert4j.ops.GraphExecutor;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How well a network guesses hidden tokens.
 *
 * @param loss mean cross entropy over them
 * @param accuracy share of them that was the most probable one
 */
record Guesses(double loss, double accuracy) {
    /** Nothing was guessed. */
    static final Guesses NONE = new Guesses(Double.NaN, Double.NaN);

    /** Has a network guess the hidden tokens of sequences, so many sequences at a time. */
    static Guesses of(Network network, MaskedBatches batches, List<int[]> sequences, int batchSize) {
        if (sequences.isEmpty()) {
            return NONE;
        }
        double lossSum = 0;
        long right = 0;
        long hidden = 0;
        for (int from = 0; from < sequences.size(); from += batchSize) {
            List<int[]> some = sequences.subList(from, Math.min(sequences.size(), from + batchSize));
            Batch batch = batches.lay(batches.toMeasure(some, from));
            try (GraphExecutor.Result result = network.run(batch, Network.LOSS, Network.LOGITS)) {
                lossSum += result.get(Network.LOSS).getDouble(0) * batch.counted();
                right += right(result.get(Network.LOGITS), batch);
                hidden += batch.counted();
            }
        }
        return new Guesses(lossSum / hidden, (double) right / hidden);
    }

    private static int right(INDArray logits, Batch batch) {
        FloatBuffer memory = logits.data().asNioFloat();
        float[] row = new float[Math.toIntExact(logits.size(1))];
        List<Integer> labels = new ArrayList<>();
        for (int label : batch.labels()) {
            if (label >= 0) {
                labels.add(label);
            }
        }
        int right = 0;
        for (int i = 0; i < labels.size(); i++) {
            memory.get(i * row.length, row);
            right += largest(row) == labels.get(i) ? 1 : 0;
        }
        return right;
    }

    private static int largest(float[] row) {
        int best = 0;
        for (int i = 1; i < row.length; i++) {
            if (row[i] > row[best]) {
                best = i;
            }
        }
        return best;
    }
}
