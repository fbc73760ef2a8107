package org.modernbert4j.infer;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.modernbert4j.Progress;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.data.Text;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;

/**
 * A saved model that is ready to run, on a backend of its own.
 *
 * @param tokenizer of its texts
 * @param backend what runs it
 * @param network with its weights on the backend
 * @param layout of its batches
 */
record OpenModel(HuggingFaceTokenizerFactory tokenizer, Backend backend, Network network, Layout layout)
        implements AutoCloseable {
    /**
     * Opens one.
     *
     * @param folder of its tokenizer
     * @param checkpoint of its weights
     * @param length most tokens of a text
     * @param backend what runs it; not closed where this throws
     * @param precision of the products
     * @throws org.modernbert4j.InputException if a file cannot be used, or the encoder has no positions for that length
     */
    static OpenModel open(
            Path folder,
            Checkpoint checkpoint,
            Architecture architecture,
            int length,
            Backend backend,
            Precision precision) {
        HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(folder);
        return make(
                () -> {
                    Map<Parameter, Array> weights =
                            checkpoint.load(architecture, backend, 0).weights();
                    Network network = make(
                            () -> new Network(architecture, weights, backend, precision, length),
                            () -> weights.values().forEach(Array::close));
                    int padding = tokenizer.specialTokens().pad();
                    Layout layout = Layout.of(architecture, backend, length, padding);
                    return new OpenModel(tokenizer, backend, network, layout);
                },
                tokenizer::close);
    }

    /** The tokens of texts, cut to the greatest length. */
    List<TokenizedText> tokenize(List<Text> texts, Progress progress) {
        int[][] ids = tokenizer.encodeAll(texts.stream().map(Text::text).toList(), network.length(), progress);
        return IntStream.range(0, ids.length)
                .mapToObj(i -> new TokenizedText(texts.get(i).row(), ids[i]))
                .toList();
    }

    /** Makes something; where that throws, frees what was to be its own. */
    static <T> T make(Supplier<T> make, Runnable free) {
        try {
            return make.get();
        } catch (RuntimeException e) {
            free.run();
            throw e;
        }
    }

    /** Frees its weights, ends its backend. */
    @Override
    public void close() {
        network.close();
        network.weights().values().forEach(Array::close);
        backend.close();
        tokenizer.close();
    }
}
