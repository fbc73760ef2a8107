package org.modernbert4j.run;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.freeze.FrozenPrefix;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.Network;
import org.modernbert4j.ops.Batch;
import org.modernbert4j.ops.GraphExecutor;
import org.modernbert4j.task.KnownValues;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What a frozen prefix gives for each of some texts. Each text is run by itself, so that the numbers do not depend on the batch it
 * comes in, and remembered as far as the limits allow: what is remembered has the bits of what would be computed.
 */
final class PrefixCache implements KnownValues {
    private final Network network;
    private final Layout layout;
    private final FrozenPrefix prefix;
    private final List<TokenizedText> texts;
    private final PieceStore store;
    private final int width;

    /**
     * @param network whose weights below the prefix's end do not change meanwhile
     * @param layout of the batches
     * @param prefix where it ends
     * @param texts whose values are asked for
     * @param limits of what is remembered
     */
    PrefixCache(Network network, Layout layout, FrozenPrefix prefix, List<TokenizedText> texts, CacheLimits limits) {
        this.network = network;
        this.layout = layout;
        this.prefix = prefix;
        this.texts = texts;
        width = network.architecture().config().encoder().hiddenSize();
        store = new PieceStore(texts.stream().mapToLong(this::floats).toArray(), limits);
    }

    private long floats(TokenizedText text) {
        return (prefix.onePerText() ? 1L : layout.rows(text.ids().length)) * width;
    }

    /** The values of a batch, as that of the prefix's last variable. */
    @Override
    public Map<String, Array> of(List<Integer> indexes) {
        List<FloatBuffer> pieces = indexes.stream().map(this::piece).toList();
        long floats = pieces.stream().mapToLong(FloatBuffer::limit).sum();
        Backend backend = network.backend();
        Array values = backend.allocate(DataType.FLOAT, floats / width, width);
        backend.write(values, into -> pieces.forEach(into::put));
        return Map.of(prefix.variable(), values);
    }

    /** From its first element, for one reader. */
    private FloatBuffer piece(int index) {
        Optional<FloatBuffer> known = store.find(index);
        if (known.isPresent()) {
            return known.get();
        }
        Batch alone = layout.lay(List.of(texts.get(index).ids()));
        try (GraphExecutor.Result result = network.run(alone, prefix.variable())) {
            return store.keep(index, network.backend().read(result.get(prefix.variable())));
        }
    }

    /** Forgets everything. */
    void close() {
        store.close();
    }
}
