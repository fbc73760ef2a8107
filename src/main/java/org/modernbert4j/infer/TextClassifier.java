package org.modernbert4j.infer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.modernbert4j.InputException;
import org.modernbert4j.Progress;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.data.Example;
import org.modernbert4j.data.Reading;
import org.modernbert4j.data.RowStream;
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

    /** As {@link #open(Path, OptionalInt, Backend, Precision)}, cut as in the training, on the backend of the process and in float32. */
    public static TextClassifier open(Path folder) {
        return open(folder, OptionalInt.empty(), Backends.ofProcess(), Precision.FLOAT32);
    }

    /**
     * Opens what a run saved, or a ModernBertForSequenceClassification of transformers.
     *
     * @param folder a run's folder, for its best epoch, or that of a model or checkpoint
     * @param maxLength tokens that a text is cut to, special ones included; if it is empty, as in the training
     * @param backend what runs it; closed with the classifier, and where this throws
     * @param precision of the products, independent of the training
     * @throws org.modernbert4j.InputException if it is none, a file in it cannot be used, or the encoder has not so many positions
     */
    public static TextClassifier open(Path folder, OptionalInt maxLength, Backend backend, Precision precision) {
        try (SavedClassifier saved = SavedClassifier.open(folder)) {
            saved.architecture().config().requirePositions("max length", saved.folder(), maxLength.orElse(1));
            OpenModel model = OpenModel.open(
                    saved.folder(),
                    saved.checkpoint(),
                    saved.architecture(),
                    OptionalInt.of(maxLength.orElse(saved.settings().maxLength())),
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

    /** The name of the backend that runs it. */
    public String backend() {
        return model.backend().name();
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
        Evaluation evaluation = evaluate(texts, TEXTS_A_BATCH, progress);
        LogitFunction function = LogitFunction.of(classifier);
        List<Classification> classifications = new ArrayList<>();
        for (int predicted : evaluation.predicted()) {
            double[] probabilities = function.of(evaluation, classifications.size());
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

    /**
     * Labels texts that are read part by part, so that memory is for one part.
     *
     * @param texts every row of which is answered
     * @param each given the answers of one part after the other, in the order of the rows; a row without a text has no label. A
     *     part comes before the next row of standard input has to be waited for
     * @param progress told how many rows are done, of 0 in all where the number is not known
     * @throws org.modernbert4j.InputException as the other {@code classify}, or if a row cannot be read
     * @throws IllegalStateException if this is closed
     */
    public void classify(RowStream<Text> texts, Consumer<List<Answer>> each, Progress progress) {
        StreamProgress whole = new StreamProgress(texts, progress);
        texts.inParts(true, part -> {
            each.accept(answers(texts.place(), part, whole.ofPart()));
            whole.partDone(part.size());
        });
        whole.end();
    }

    private List<Answer> answers(String place, List<Text> part, Progress progress) {
        List<Text> full = part.stream().filter(text -> !text.isEmpty()).toList();
        Iterator<Classification> found =
                classify(new Texts(place, full, part.size()), progress).iterator();
        List<Answer> answers = new ArrayList<>();
        for (Text text : part) {
            answers.add(new Answer(text, text.isEmpty() ? Optional.empty() : Optional.of(found.next())));
        }
        return answers;
    }

    /**
     * Measures on labelled rows that are read part by part; keeps none of them.
     *
     * @param rows as {@link RowStream#ofColumns} gives them; those without text or label are left out and counted
     * @param columns that these have been read from, for messages
     * @param batchSize texts at a time
     * @param each given the predictions of one part after the other, in the order of the rows
     * @param progress told how many rows are done
     * @throws org.modernbert4j.InputException as {@code classify}, if no row is complete, or more than 1000 labels are not the model's
     * @throws IllegalStateException if this is closed
     */
    public Scores evaluate(
            RowStream<Example> rows,
            Reading.Columns columns,
            int batchSize,
            Consumer<List<Scores.Prediction>> each,
            Progress progress) {
        if (problem() != ProblemType.SINGLE_LABEL) {
            throw new InputException(model.texts().model() + ": found problem_type " + problem() + ", expected "
                    + ProblemType.SINGLE_LABEL
                    + ", as one label a text is compared; predict shows what this model gives");
        }
        Scoring scoring = new Scoring(rows, labels());
        StreamProgress whole = new StreamProgress(rows, progress);
        rows.inParts(false, part -> {
            List<Example> complete = part.stream().filter(scoring::isComplete).toList();
            List<Text> full = complete.stream().map(Example::withoutLabel).toList();
            Texts texts = new Texts(rows.place(), full, part.size());
            Evaluation evaluation = evaluate(texts, batchSize, whole.ofPart());
            List<Scores.Prediction> predictions = new ArrayList<>();
            for (int i = 0; i < complete.size(); i++) {
                Example row = complete.get(i);
                int predicted = evaluation.predicted()[i];
                double probability = evaluation.probabilities(i)[predicted];
                scoring.add(row, predicted, evaluation.logProbabilities(i));
                predictions.add(
                        new Scores.Prediction(row.row(), scoring.label(row), labels().get(predicted), probability));
            }
            each.accept(predictions);
            whole.partDone(part.size());
        });
        whole.end();
        return scoring.scores(columns);
    }

    /** Runs the network, and refuses what is not finite. */
    private Evaluation evaluate(Texts texts, int batchSize, Progress progress) {
        Evaluation evaluation = model.use(() -> {
            List<TokenizedText> tokenized = model.tokenize(texts, Progress.NONE);
            return Evaluation.of(model.network(), model.layout(), tokenized, batchSize, KnownValues.NONE, progress);
        });
        for (int text = 0; text < texts.texts().size(); text++) {
            double probability = evaluation.probabilities(text)[evaluation.predicted()[text]];
            if (!Double.isFinite(probability)) {
                Text broken = texts.texts().get(text);
                throw model.overflow(probability, texts.place() + " " + broken.line(), broken.text());
            }
        }
        return evaluation;
    }

    /** Frees all, once the calls of other threads are done. A second call does nothing. */
    @Override
    public void close() {
        model.close();
    }
}
