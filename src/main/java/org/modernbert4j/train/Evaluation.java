package org.modernbert4j.train;

import java.util.ArrayList;
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
 */
public record Evaluation(double[][] probabilities) {
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
        int done = 0;
        for (List<Integer> indexes : Batching.sorted(texts, batchSize)) {
            Batch batch = batch(layout, texts, indexes);
            try (GraphExecutor.Result result = network.run(batch, known.apply(indexes), Network.LOGITS)) {
                for (int i = 0; i < indexes.size(); i++) {
                    probabilities[indexes.get(i)] = softmax(result.get(Network.LOGITS), i);
                }
            }
            done += indexes.size();
            progress.report(done, texts.size());
        }
        return new Evaluation(probabilities);
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

    private static double[] softmax(INDArray logits, int row) {
        double[] values = new double[Math.toIntExact(logits.size(1))];
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < values.length; i++) {
            values[i] = logits.getDouble(row, i);
            largest = Math.max(largest, values[i]);
        }
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.exp(values[i] - largest);
            sum += values[i];
        }
        for (int i = 0; i < values.length; i++) {
            values[i] /= sum;
        }
        return values;
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

    /** The mean cross entropy against the texts' labels. */
    double loss(List<TokenizedText> texts) {
        double sum = 0;
        for (int i = 0; i < probabilities.length; i++) {
            sum -= Math.log(probabilities[i][texts.get(i).label()]);
        }
        return sum / probabilities.length;
    }
}
