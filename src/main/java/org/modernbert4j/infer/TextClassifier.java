package org.modernbert4j.infer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.modernbert4j.Progress;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.data.Text;
import org.modernbert4j.data.Texts;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.task.Evaluation;
import org.modernbert4j.task.KnownValues;

/**
 * A fine-tuned network that labels texts. Threads may share it: calls wait for one another, as each of them uses all of the backend's
 * threads, so one call with many texts is faster than many calls. What a text gets does not depend on who else asks.
 */
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

    /** What a user should know of the model, one line each. */
    public List<String> notes() {
        return model.notes();
    }

    /**
     * Labels one text.
     *
     * @throws IllegalStateException if this is closed
     */
    public Classification classify(String text) {
        return classify(List.of(text), Progress.NONE).get(0);
    }

    /**
     * Labels texts.
     *
     * @param texts in any order
     * @param progress told how many are done
     * @return one classification for each text, in their order
     * @throws org.modernbert4j.InputException if the tokenizer gives no token for a text, or one that the network does not know, or
     *     the network gives NaN or infinity
     * @throws IllegalStateException if this is closed
     */
    public List<Classification> classify(List<String> texts, Progress progress) {
        return classify(Texts.of(texts), progress);
    }

    /** The same for texts of a file, whose name and line errors tell. */
    public List<Classification> classify(Texts texts, Progress progress) {
        Evaluation evaluation = model.use(() -> evaluate(texts, progress));
        List<Classification> classifications = new ArrayList<>();
        for (int predicted : evaluation.predicted()) {
            int text = classifications.size();
            double[] probabilities = evaluation.probabilities(text);
            if (!Double.isFinite(probabilities[predicted])) {
                Text broken = texts.texts().get(text);
                throw model.overflow(probabilities[predicted], texts.place() + " " + broken.line(), broken.text());
            }
            classifications.add(new Classification(labels.get(predicted), probabilities[predicted], probabilities));
        }
        return classifications;
    }

    private Evaluation evaluate(Texts texts, Progress progress) {
        List<TokenizedText> tokenized = model.tokenize(texts, Progress.NONE);
        return Evaluation.of(model.network(), model.layout(), tokenized, TEXTS_A_BATCH, KnownValues.NONE, progress);
    }

    /** Frees all, once the calls of other threads are done. A second call does nothing. */
    @Override
    public void close() {
        model.close();
    }
}
