package org.modernbert4j.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.modernbert4j.Progress;
import org.modernbert4j.data.Batching;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.model.Batch;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.Network;
import org.modernbert4j.ops.GraphExecutor;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a network says of texts, in their order.
 *
 * @param probabilities of the classes, for each text
 * @param loss mean cross entropy against the texts' labels
 */
public record Evaluation(double[][] probabilities, double loss) {
    /**
     * Runs a network over texts, those of like length together.
     *
     * @param network with a head that gives one row of logits a text
     * @param layout how its batches are laid
     * @param texts in any order
     * @param batchSize texts at a time
     * @param known values of computed variables for the texts with these indexes, or none
     * @param progress told how many texts are done
     */
    public static Evaluation of(
            Network network,
            Layout layout,
            List<TokenizedText> texts,
            int batchSize,
            Function<List<Integer>, Map<String, INDArray>> known,
            Progress progress) {
        double[][] probabilities = new double[texts.size()][];
        double[] losses = new double[texts.size()];
        int done = 0;
        for (List<Integer> indexes : Batching.sorted(texts, batchSize)) {
            Batch batch = batch(layout, texts, indexes);
            try (GraphExecutor.Result result = network.run(batch, known.apply(indexes), Network.LOGITS)) {
                for (int i = 0; i < indexes.size(); i++) {
                    int text = indexes.get(i);
                    double[] logits = row(result.get(Network.LOGITS), i);
                    double normalizer = logSumExp(logits);
                    losses[text] = normalizer - logits[texts.get(text).label()];
                    probabilities[text] = Arrays.stream(logits)
                            .map(logit -> Math.exp(logit - normalizer))
                            .toArray();
                }
            }
            done += indexes.size();
            progress.report(done, texts.size());
        }
        return new Evaluation(probabilities, Arrays.stream(losses).average().orElse(0));
    }

    /** The batch of some of the texts. */
    static Batch batch(Layout layout, List<TokenizedText> texts, List<Integer> indexes) {
        List<int[]> ids = new ArrayList<>();
        int[] labels = new int[indexes.size()];
        for (int i = 0; i < labels.length; i++) {
            ids.add(texts.get(indexes.get(i)).ids());
            labels[i] = texts.get(indexes.get(i)).label();
        }
        return layout.lay(ids, labels);
    }

    private static double[] row(INDArray logits, int row) {
        double[] values = new double[Math.toIntExact(logits.size(1))];
        for (int i = 0; i < values.length; i++) {
            values[i] = logits.getDouble(row, i);
        }
        return values;
    }

    private static double logSumExp(double[] values) {
        double largest = Arrays.stream(values).max().orElseThrow();
        return largest
                + Math.log(Arrays.stream(values)
                        .map(value -> Math.exp(value - largest))
                        .sum());
    }

    /** The most probable class of each text, the first of equals. */
    public int[] predicted() {
        int[] predicted = new int[probabilities.length];
        for (int i = 0; i < predicted.length; i++) {
            for (int c = 1; c < probabilities[i].length; c++) {
                if (probabilities[i][c] > probabilities[i][predicted[i]]) {
                    predicted[i] = c;
                }
            }
        }
        return predicted;
    }
}
