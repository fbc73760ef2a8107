package org.modernbert4j.task;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.modernbert4j.Progress;
import org.modernbert4j.backend.Array;
import org.modernbert4j.data.Batching;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.Network;
import org.modernbert4j.ops.GraphExecutor;
import org.modernbert4j.task.Task.KnownValues;

/**
 * The predictions of a network for texts, in their order.
 *
 * @param predicted the most probable class of each text, the first of equals
 * @param logProbabilities the logarithms of the probabilities of the classes, for each text
 */
public record Evaluation(int[] predicted, double[][] logProbabilities) {
    /**
     * Runs a network over texts, those of like length together.
     *
     * @param network with a head that gives one row of logits a text
     * @param layout how its batches are laid
     * @param texts in any order
     * @param batchSize texts at a time
     * @param known of these texts
     * @param progress told how many texts are done
     */
    public static Evaluation of(
            Network network,
            Layout layout,
            List<TokenizedText> texts,
            int batchSize,
            KnownValues known,
            Progress progress) {
        Evaluation evaluation = new Evaluation(new int[texts.size()], new double[texts.size()][]);
        int done = 0;
        for (List<Integer> indexes : Batching.sorted(texts, batchSize)) {
            Map<String, Array> values = known.of(indexes);
            try (GraphExecutor.Result result = network.run(Task.lay(layout, texts, indexes), values, Network.LOGITS)) {
                evaluation.add(indexes, new Logits(network.backend(), result.get(Network.LOGITS)));
            } finally {
                values.values().forEach(Array::close);
            }
            done += indexes.size();
            progress.report(done, texts.size());
        }
        return evaluation;
    }

    private void add(List<Integer> indexes, Logits logits) {
        for (int i = 0; i < indexes.size(); i++) {
            predicted[indexes.get(i)] = logits.largest(i);
            logProbabilities[indexes.get(i)] = logits.logProbabilities(i);
        }
    }

    /** The probabilities of the classes for a text. */
    public double[] probabilities(int text) {
        return Arrays.stream(logProbabilities[text]).map(Math::exp).toArray();
    }

    /**
     * The mean cross entropy.
     *
     * @param classes the true one of each text
     */
    public double loss(int[] classes) {
        double[] losses = new double[classes.length];
        Arrays.setAll(losses, text -> -logProbabilities[text][classes[text]]);
        return Arrays.stream(losses).average().orElse(0);
    }
}
