package org.modernbert4j.infer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.modernbert4j.Progress;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.data.Text;
import org.modernbert4j.data.Texts;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.model.ModernBertConfig.Classifier;
import org.modernbert4j.model.ProblemType;
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
     * @param label the most probable label. Of a classifier for any number of labels, those with a probability of at least 0.5, as a
     *     line of CSV, so that commas stand between them
     * @param probability the largest of all; of a regression a number of any size
     * @param probabilities of all labels, in the order of {@link #labels}
     */
    public record Classification(String label, double probability, double[] probabilities) {}

    private static final double CHOSEN = 0.5;

    private final OpenModel model;
    private final Classifier classifier;

    private TextClassifier(OpenModel model) {
        this.model = model;
        classifier = model.network().architecture().config().classifier();
    }

    /** As {@link #open(Path, Backend, Precision)}, on the backend of the process and in float32. */
    public static TextClassifier open(Path folder) {
        return open(folder, Backends.ofProcess(), Precision.FLOAT32);
    }

    /**
     * Opens what a run saved, or a ModernBertForSequenceClassification of transformers.
     *
     * @param folder a run's folder, for its best epoch, or that of a model or checkpoint
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
                    OptionalInt.of(saved.settings().maxLength()),
                    backend,
                    precision);
            return new TextClassifier(model);
        } catch (RuntimeException e) {
            backend.close();
            throw e;
        }
    }

    /** The labels, in the order of their ids. */
    public List<String> labels() {
        return classifier.labels();
    }

    /** What its logits stand for. */
    public ProblemType problem() {
        return classifier.problem();
    }

    /** What a user should know of the model, one line each. */
    public List<String> notes() {
        List<String> ofConfig = model.network().architecture().config().notes();
        return Stream.of(ofConfig, model.notes()).flatMap(List::stream).toList();
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
        Scores scores = Scores.of(classifier);
        List<Classification> classifications = new ArrayList<>();
        for (int predicted : evaluation.predicted()) {
            int text = classifications.size();
            double[] probabilities = scores.of(evaluation, text);
            if (!Double.isFinite(probabilities[predicted])) {
                Text broken = texts.texts().get(text);
                throw model.overflow(probabilities[predicted], texts.place() + " " + broken.line(), broken.text());
            }
            classifications.add(
                    new Classification(label(predicted, probabilities), probabilities[predicted], probabilities));
        }
        return classifications;
    }

    private String label(int predicted, double[] probabilities) {
        List<String> labels = classifier.labels();
        if (classifier.problem() != ProblemType.MULTI_LABEL) {
            return labels.get(predicted);
        }
        Object[] chosen = IntStream.range(0, probabilities.length)
                .filter(i -> probabilities[i] >= CHOSEN)
                .mapToObj(labels::get)
                .toArray();
        return CSVFormat.RFC4180.format(chosen);
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
