package org.modernbert4j.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.modernbert4j.Progress;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.Network;
import org.modernbert4j.ops.Lowering;
import org.modernbert4j.ops.Precision;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;

/** A fine-tuned network that labels texts. Not thread safe. */
public final class TextClassifier implements AutoCloseable {
    private static final int TEXTS_A_BATCH = 16;

    /**
     * What is said of a text.
     *
     * @param label the most probable label
     * @param probability of that label
     * @param probabilities of all labels, in the order of {@link #labels}
     */
    public record Classification(String label, double probability, double[] probabilities) {}

    private final HuggingFaceTokenizerFactory tokenizer;
    private final Network network;
    private final Layout layout;
    private final List<String> labels;
    private final int maxLength;

    private TextClassifier(
            HuggingFaceTokenizerFactory tokenizer, Network network, Layout layout, List<String> labels, int maxLength) {
        this.tokenizer = tokenizer;
        this.network = network;
        this.layout = layout;
        this.labels = labels;
        this.maxLength = maxLength;
    }

    /**
     * Opens what a run saved.
     *
     * @param folder a run's folder, of which the best epoch is taken, or one of the checkpoints in it
     * @throws org.modernbert4j.InputException if it is none, or a file in it cannot be used
     */
    public static TextClassifier open(Path folder) {
        return open(folder, Precision.FLOAT32);
    }

    /**
     * Opens what a run saved.
     *
     * @param folder a run's folder, of which the best epoch is taken, or one of the checkpoints in it
     * @param precision of the products, whatever they were trained in
     * @throws org.modernbert4j.InputException if it is none, or a file in it cannot be used
     */
    public static TextClassifier open(Path folder, Precision precision) {
        SavedClassifier saved = SavedClassifier.read(folder);
        int maxLength = saved.settings().maxLength();
        HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(saved.folder());
        Lowering lowering = Lowering.ofProcess(precision);
        return new TextClassifier(
                tokenizer,
                new Network(saved.architecture(), saved.weights(), lowering, maxLength),
                Layout.of(
                        saved.architecture().head(),
                        lowering,
                        maxLength,
                        tokenizer.specialTokens().pad()),
                saved.labels(),
                maxLength);
    }

    /** The labels, in the order of their ids. */
    public List<String> labels() {
        return labels;
    }

    /** Labels one text. */
    public Classification classify(String text) {
        return classify(List.of(text), Progress.NONE).get(0);
    }

    /**
     * Labels texts.
     *
     * @param texts in any order
     * @param progress told how many are done
     * @return one classification for each text, in their order
     */
    public List<Classification> classify(List<String> texts, Progress progress) {
        List<TokenizedText> tokenized = new ArrayList<>();
        for (int[] ids : tokenizer.encodeAll(texts, maxLength, Progress.NONE)) {
            tokenized.add(new TokenizedText(tokenized.size(), ids, 0));
        }
        Evaluation evaluation = Evaluation.of(network, layout, tokenized, TEXTS_A_BATCH, indexes -> Map.of(), progress);
        int[] predicted = evaluation.predicted();
        List<Classification> classifications = new ArrayList<>();
        for (int i = 0; i < predicted.length; i++) {
            double[] probabilities = evaluation.probabilities()[i];
            classifications.add(
                    new Classification(labels.get(predicted[i]), probabilities[predicted[i]], probabilities));
        }
        return classifications;
    }

    @Override
    public void close() {
        network.close();
        tokenizer.close();
    }
}
