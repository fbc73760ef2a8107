package org.modernbert4j.task;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.modernbert4j.Progress;
import org.modernbert4j.backend.Array;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.model.Network;
import org.modernbert4j.ops.Batch;
import org.modernbert4j.ops.CrossEntropyLoss;
import org.modernbert4j.ops.Loss;

/**
 * What a network learns: the head and its loss, the texts and how they come in batches, and how good the outputs are. Its texts are
 * encoded already. Nothing but the seed, the epoch and the step decides which batches there are.
 *
 * @param <M> the task's metrics
 */
public interface Task<M> {
    /**
     * A file of texts.
     *
     * @param path where it is
     * @param texts how many of it are used
     * @param tokens of these texts
     * @param sha256 of its bytes
     */
    record Source(Path path, int texts, long tokens, String sha256) {}

    /**
     * Encoded texts.
     *
     * @param training texts to learn from
     * @param validation texts to measure on; may be none
     * @param sources their files, in the order of {@link TaskSettings#files}
     */
    record TokenizedTexts(List<TokenizedText> training, List<TokenizedText> validation, List<Source> sources) {}

    /**
     * A part of a batch that is small enough for one pass, or the whole batch.
     *
     * @param texts the indexes of its texts
     * @param batch these texts with their targets
     */
    record Part(List<Integer> texts, Batch batch) {
        /**
         * Cuts a batch.
         *
         * @param batch indexes of its texts
         * @param count how many parts to make; there are never more than texts
         * @param lay lays out the texts between two places of the batch, the second exclusive
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
     * @param files texts by file name that are kept of the best evaluation, such as its predictions
     */
    record Evaluated<M>(double loss, M metrics, Map<String, String> files) {}

    /** Values that a network need not compute for a batch, as they are known of its texts. */
    @FunctionalInterface
    interface KnownValues {
        /** Nothing is known. */
        KnownValues NONE = texts -> Map.of();

        /**
         * The values of a batch.
         *
         * @param texts the indexes of its texts, in its order
         * @return arrays by the name of the network's value; the caller's until they are closed
         */
        Map<String, Array> of(List<Integer> texts);

        /** Forgets them. */
        default void close() {}
    }

    /** The configuration of the checkpoint, with what the task adds to it, such as labels. */
    ModernBertConfig config();

    /** The head. */
    Head head();

    /** The loss that training minimises. */
    default Loss loss() {
        return new CrossEntropyLoss();
    }

    /** Most rows of a text. */
    int length();

    /** The texts. */
    TokenizedTexts texts();

    /** Whether a text is the same whenever it comes, so that what frozen layers give for it can be kept. */
    default boolean keepsTexts() {
        return true;
    }

    /**
     * The batches of an epoch, as indexes of its training texts, each once.
     *
     * @param size texts of a batch; the last cut has what is left
     * @param epoch from 0
     */
    List<List<Integer>> batches(int size, int epoch);

    /**
     * The parts of a batch to train on. They have targets, at least one of which counts.
     *
     * @param texts indexes of the batch's texts
     * @param count most parts to make
     * @param step from 0
     */
    List<Part> parts(Layout layout, List<Integer> texts, int count, int step);

    /**
     * How much the mean loss of a step counts in the mean loss of several.
     *
     * @param targets that counted in the step
     */
    double weight(int targets);

    /**
     * Measures the outputs of a training step.
     *
     * @param before the metrics of the parts before; empty for none
     * @return the metrics with another part; empty where the task does not measure while it trains
     */
    default Optional<M> measure(Optional<M> before, Part part, Logits logits) {
        return Optional.empty();
    }

    /**
     * Runs a network over the validation texts, of which there is one at least.
     *
     * @param batchSize texts at a time
     * @param known of the validation texts
     * @param progress told how many of them are done
     */
    Evaluated<M> evaluate(Network network, Layout layout, int batchSize, KnownValues known, Progress progress);

    /** How the metrics are compared, kept and shown. */
    MetricsFormat<M> metricsFormat();

    /**
     * Writes what the task adds to a saved model.
     *
     * @throws org.modernbert4j.InputException if it cannot be written
     */
    default void save(Path folder) {}

    /** Lays texts out, without targets. */
    static Batch lay(Layout layout, List<TokenizedText> texts, List<Integer> indexes) {
        return layout.lay(indexes.stream().map(index -> texts.get(index).ids()).toList());
    }
}
