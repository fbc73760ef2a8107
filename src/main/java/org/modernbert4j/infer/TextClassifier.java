package org.modernbert4j.infer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.modernbert4j.Progress;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.data.Text;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.task.Evaluation;
import org.modernbert4j.task.KnownValues;

/** A fine-tuned network that labels texts. Not thread safe. */
public final class TextClassifier implements AutoCloseable {
    private static final int TEXTS_A_BATCH = 16;

    /**
     * The prediction for a text.
     *
     * @param label the most probable label
     * @param probability of that label
     * @param probabilities of all labels, in the order of {@link #labels}
     */
    public record Classification(String label, double probability, double[] probabilities) {}

    private final OpenModel model;
    private final List<String> labels;

    private TextClassifier(OpenModel model, List<String> labels) {
        this.model = model;
        this.labels = labels;
    }

    /** As {@link #open(Path, Backend, Precision)}, on the backend of the process and in float32. */
    public static TextClassifier open(Path folder) {
        return open(folder, Backends.ofProcess(), Precision.FLOAT32);
    }

    /**
     * Opens what a run saved.
     *
     * @param folder a run's folder, for its best epoch, or one of the checkpoints in it
     * @param backend what runs it; closed with the classifier, and where this throws
     * @param precision of the products, independent of the training
     * @throws org.modernbert4j.InputException if it is none, or a file in it cannot be used
     */
    public static TextClassifier open(Path folder, Backend backend, Precision precision) {
        try (SavedClassifier saved = SavedClassifier.open(folder)) {
            OpenModel model = OpenModel.open(
                    saved.folder(),
                    saved.checkpoint(),
                    saved.architecture(),
                    saved.settings().maxLength(),
                    backend,
                    precision);
            return new TextClassifier(model, saved.labels());
        } catch (RuntimeException e) {
            backend.close();
            throw e;
        }
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
        List<TokenizedText> tokenized =
                model.tokenize(texts.stream().map(text -> new Text(0, text)).toList(), Progress.NONE);
        Evaluation evaluation =
                Evaluation.of(model.network(), model.layout(), tokenized, TEXTS_A_BATCH, KnownValues.NONE, progress);
        List<Classification> classifications = new ArrayList<>();
        for (int predicted : evaluation.predicted()) {
            double[] probabilities = evaluation.probabilities(classifications.size());
            classifications.add(new Classification(labels.get(predicted), probabilities[predicted], probabilities));
        }
        return classifications;
    }

    @Override
    public void close() {
        model.close();
    }
}
