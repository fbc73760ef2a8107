package org.modernbert4j.train;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.model.Batch;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.Network;
import org.modernbert4j.ops.GraphExecutor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a frozen prefix gives for each of some texts. Each text is run by itself, so that the numbers do not depend on the batch it
 * comes in, and remembered as far as the store has room: what is remembered has the bits of what would be computed.
 */
final class PrefixStates {
    private final Network network;
    private final Layout layout;
    private final FrozenPrefix prefix;
    private final List<TokenizedText> texts;
    private final StateStore store;

    /**
     * States that are computed when they are asked for.
     *
     * @param network whose weights below the prefix's end do not change meanwhile
     * @param layout of the batches
     * @param prefix where it ends
     * @param texts whose states are asked for
     * @param limits of what is remembered
     */
    PrefixStates(Network network, Layout layout, FrozenPrefix prefix, List<TokenizedText> texts, CacheLimits limits) {
        this.network = network;
        this.layout = layout;
        this.prefix = prefix;
        this.texts = texts;
        long width = network.architecture().config().hiddenSize();
        store = new StateStore(
                texts.stream().mapToLong(text -> rows(text) * width).toArray(), limits);
    }

    private int rows(TokenizedText text) {
        return prefix.onePerText() ? 1 : layout.rows(text.ids().length);
    }

    /**
     * The states of a batch, as the value of the prefix's last variable.
     *
     * @param indexes of the batch's texts, in its order
     */
    Map<String, INDArray> of(List<Integer> indexes) {
        int width = network.architecture().config().hiddenSize();
        int rows = indexes.stream().mapToInt(i -> rows(texts.get(i))).sum();
        INDArray states = Nd4j.createUninitialized(DataType.FLOAT, rows, width);
        FloatBuffer into = states.data().asNioFloat();
        for (int index : indexes) {
            int count = rows(texts.get(index)) * width;
            FloatBuffer part = into.slice(into.position(), count);
            if (!store.read(index, part)) {
                compute(index, part);
                store.write(index, part.rewind());
            }
            into.position(into.position() + count);
        }
        return Map.of(prefix.variable(), states);
    }

    private void compute(int index, FloatBuffer into) {
        Batch alone = Evaluation.batch(layout, texts, List.of(index));
        try (GraphExecutor.Result result = network.run(alone, prefix.variable())) {
            into.put(0, result.get(prefix.variable()).data().asNioFloat(), 0, into.limit());
        }
    }

    /** Forgets everything. */
    void close() {
        store.close();
    }
}
