package org.modernbert4j.task;

import java.util.Arrays;
import java.util.List;
import org.modernbert4j.Progress;
import org.modernbert4j.data.Batching;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.Passes;

/**
 * The predictions of a network for texts, in the order of the texts.
 *
 * @param predicted the most probable class of each text; the first one if several are equal
 * @param logits for each text, those of the classes
 */
public record Evaluation(int[] predicted, float[][] logits) {
    /**
     * Runs a network on texts, in batches of similar length.
     *
     * @param network has a head that gives one row of logits per text
     * @param layout of the batches
     * @param texts in any order
     * @param batchSize texts per batch
     * @param known known values of these texts
     * @param progress receives the number of finished texts
     */
    public static Evaluation of(
            Network network,
            Layout layout,
            List<TokenizedText> texts,
            int batchSize,
            KnownValues known,
            Progress progress) {
        Evaluation evaluation = new Evaluation(new int[texts.size()], new float[texts.size()][]);
        try (Passes passes = new Passes(network, Network.LOGITS)) {
            int done = 0;
            for (List<Integer> indexes : Batching.sorted(texts, batchSize)) {
                int doneThen = done += indexes.size();
                passes.launch(layout.lay(TokenizedText.ids(texts, indexes)), known.of(indexes), result -> {
                    evaluation.add(indexes, new Logits(network.backend(), result.get(Network.LOGITS)));
                    progress.report(doneThen, texts.size());
                });
            }
            passes.finish();
        }
        return evaluation;
    }

    private void add(List<Integer> indexes, Logits found) {
        for (int i = 0; i < indexes.size(); i++) {
            predicted[indexes.get(i)] = found.largest(i);
            logits[indexes.get(i)] = found.row(i);
        }
    }

    /** The natural logarithms of the probabilities of the classes for a text, which has one of them. */
    public double[] logProbabilities(int text) {
        return Logits.logProbabilities(logits[text]);
    }

    /** Those probabilities. */
    public double[] probabilities(int text) {
        return Arrays.stream(logProbabilities(text)).map(StrictMath::exp).toArray();
    }

    /**
     * The mean cross entropy.
     *
     * @param classes the true class of each text
     */
    public double loss(int[] classes) {
        double sum = 0;
        for (int text = 0; text < classes.length; text++) {
            sum -= logProbabilities(text)[classes[text]];
        }
        return sum / Math.max(1, classes.length);
    }
}
