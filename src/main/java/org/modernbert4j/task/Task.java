package org.modernbert4j.task;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.modernbert4j.Progress;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.model.Network;
import org.modernbert4j.ops.Batch;
import org.modernbert4j.ops.CrossEntropyLoss;
import org.modernbert4j.ops.Loss;

/**
 * A task that a network learns: the head and its loss, the encoded texts and their batches, and the measurement of the outputs. The
 * batches depend only on the seed, the epoch and the step.
 *
 * @param <M> the task's metrics
 */
public interface Task<M> {
    /**
     * A file of texts.
     *
     * @param path of the file
     * @param texts number of its texts that are used
     * @param tokens number of tokens in these texts
     * @param sha256 hash of the file
     */
    record Source(Path path, int texts, long tokens, String sha256) {}

    /**
     * Encoded texts.
     *
     * @param training texts to train on
     * @param validation texts to evaluate on; may be empty
     * @param test texts to evaluate the final model on; may be empty
     * @param sources files of the texts, in the order of {@link TaskSettings#files}
     */
    record TokenizedTexts(
            List<TokenizedText> training,
            List<TokenizedText> validation,
            List<TokenizedText> test,
            List<Source> sources) {
        /** Texts without a test. */
        public TokenizedTexts(List<TokenizedText> training, List<TokenizedText> validation, List<Source> sources) {
            this(training, validation, List.of(), sources);
        }
    }

    /**
     * A part of a batch, or the whole batch, for one forward and backward pass.
     *
     * @param texts indexes of its texts
     * @param batch these texts with their targets
     */
    record Part(List<Integer> texts, Batch batch) {
        /**
         * Splits a batch into parts.
         *
         * @param batch indexes of its texts
         * @param count number of parts; a batch with fewer texts has one part per text
         * @param lay makes the batch of a part from two positions in {@code batch}; the second is exclusive
         */
        static List<Part> cut(List<Integer> batch, int count, Function<int[], Batch> lay) {
            int size = batch.size();
            int parts = Math.min(count, size);
            return IntStream.range(0, parts)
                    .mapToObj(part -> new int[] {size * part / parts, size * (part + 1) / parts})
                    .map(range -> new Part(batch.subList(range[0], range[1]), lay.apply(range)))
                    .toList();
        }
    }

    /**
     * The outcome of an evaluation.
     *
     * @param <M> the task's metrics
     * @param loss mean
     * @param metrics of the outputs
     * @param files content by file name, to save for the best evaluation, such as its predictions
     */
    record Evaluated<M>(double loss, M metrics, Map<String, String> files) {}

    /** The configuration of the checkpoint, with the task's additions, such as labels. */
    ModernBertConfig config();

    /** The head. */
    Head head();

    /** The loss that training minimises. */
    default Loss loss() {
        return new CrossEntropyLoss();
    }

    /** Maximum rows of a text. */
    int length();

    /** The texts. */
    TokenizedTexts texts();

    /** What {@link #place} names, for messages. */
    default String places() {
        return "lines";
    }

    /** Where a training text stands, for messages. */
    default String place(TokenizedText text) {
        return String.valueOf(text.line());
    }

    /** What the task learns from, for a reader; empty if its texts have no labels. */
    default Optional<DataSummary> summary() {
        return Optional.empty();
    }

    /** Whether texts are the same in every epoch, so that outputs of frozen layers can be cached. */
    default boolean keepsTexts() {
        return true;
    }

    /**
     * The batches of an epoch: indexes of training texts, each index once.
     *
     * @param size texts per batch; one batch may have fewer
     * @param epoch from 0
     */
    List<List<Integer>> batches(int size, int epoch);

    /**
     * The parts of a batch to train on, with targets. At least one target counts.
     *
     * @param texts indexes of the batch's texts
     * @param count maximum number of parts
     * @param step from 0
     */
    List<Part> parts(Layout layout, List<Integer> texts, int count, int step);

    /**
     * The weight of a step's loss in the mean loss of several steps.
     *
     * @param targets number of targets that counted in the step
     */
    double weight(int targets);

    /**
     * Measures the outputs of a training step.
     *
     * @param before metrics of the parts so far; empty for the first part
     * @return the metrics with this part added; empty if the task does not measure during training
     */
    default Optional<M> measure(Optional<M> before, Part part, Logits logits) {
        return Optional.empty();
    }

    /**
     * Evaluates a network on the validation texts. There must be at least one.
     *
     * @param batchSize texts per batch
     * @param known known values of the validation texts
     * @param progress receives the number of finished texts
     */
    Evaluated<M> evaluate(Network network, Layout layout, int batchSize, KnownValues known, Progress progress);

    /**
     * Evaluates a network on the test texts; empty if there are none.
     *
     * @param batchSize texts per batch
     * @param progress receives the number of finished texts
     */
    default Optional<Evaluated<M>> test(Network network, Layout layout, int batchSize, Progress progress) {
        return Optional.empty();
    }

    /** The format of the metrics. */
    MetricsFormat<M> metricsFormat();

    /**
     * Writes the task's own files of a saved model.
     *
     * @throws org.modernbert4j.InputException if it cannot be written
     */
    default void save(Path folder) {}
}
