package org.modernbert4j.task;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
 * What a network learns: the head and its loss, the texts and how they come in batches, and how good the outputs are. Its texts are
 * encoded already. Nothing but the seed, the epoch and the step decides which batches there are.
 *
 * @param <M> the task's metrics
 */
public interface Task<M> {
    /** The configuration of the checkpoint, with what the task adds to it, such as labels. */
    ModernBertConfig config();

    /** The head. */
    Head head();

    /** What training makes small. */
    default Loss loss() {
        return new CrossEntropyLoss();
    }

    /** Most rows of a text. */
    int length();

    /** The files of the texts, in the order of {@link TaskSettings#files}. */
    List<Source> sources();

    /** The texts to learn from. */
    List<TokenizedText> training();

    /** The texts to measure on; may be none. */
    List<TokenizedText> validation();

    /** Whether a text is the same whenever it comes, so that what frozen layers give for it can be kept. */
    default boolean keepsTexts() {
        return true;
    }

    /**
     * The batches of an epoch, as indexes of {@link #training}, each once.
     *
     * @param size texts of a batch; the last cut has what is left
     * @param epoch from 0
     */
    List<List<Integer>> batches(int size, int epoch);

    /**
     * The parts of a batch to train on. They have targets, at least one of which counts.
     *
     * @param texts indexes of the batch's texts
     * @param count how many parts are wanted, at most
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
     * Measures what a network gives while it learns.
     *
     * @param before the metrics of the parts before; empty for none
     * @return the metrics with another part; empty where nobody looks at them
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

    /** How the metrics are compared, kept and listed. */
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
