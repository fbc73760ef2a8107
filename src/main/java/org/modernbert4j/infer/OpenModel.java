package org.modernbert4j.infer;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.modernbert4j.Excerpt;
import org.modernbert4j.InputException;
import org.modernbert4j.Progress;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.data.Texts;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.task.Tokenizing;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;

/**
 * A saved model that is ready to run, on a backend of its own. Threads may share it: what {@link #use} does for one of them, another
 * waits for.
 */
final class OpenModel implements AutoCloseable {
    private final Tokenizing texts;
    private final Backend backend;
    private final Network network;
    private final Layout layout;
    private boolean closed;

    private OpenModel(Tokenizing texts, Backend backend, Network network, Layout layout) {
        this.texts = texts;
        this.backend = backend;
        this.network = network;
        this.layout = layout;
    }

    /**
     * Opens one.
     *
     * @param folder of its tokenizer
     * @param checkpoint of its weights
     * @param maxLength most tokens of a text; if it is empty, those that the model has positions for and that the tokenizer's {@code
     *     model_max_length} allows
     * @param backend what runs it; not closed where this throws
     * @param precision of the products
     * @throws org.modernbert4j.InputException if a file cannot be used, or the encoder has no positions for that length
     */
    static OpenModel open(
            Path folder,
            Checkpoint checkpoint,
            Architecture architecture,
            OptionalInt maxLength,
            Backend backend,
            Precision precision) {
        HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(folder);
        return make(
                () -> {
                    int positions = architecture.config().encoder().maxPositions();
                    int length = maxLength.orElse(
                            Math.min(positions, tokenizer.modelMaxLength().orElse(positions)));
                    Map<Parameter, Array> weights =
                            checkpoint.load(architecture, backend, 0).weights();
                    Network network = make(
                            () -> new Network(architecture, weights, backend, precision, length),
                            () -> weights.values().forEach(Array::close));
                    Tokenizing texts = new Tokenizing(folder, tokenizer, checkpoint.config());
                    Layout layout = Layout.of(architecture, backend, length, texts.padding());
                    return new OpenModel(texts, backend, network, layout);
                },
                tokenizer::close);
    }

    /**
     * Does something with it, alone: no other thread uses it meanwhile, or closes it.
     *
     * @throws IllegalStateException if it is closed
     */
    synchronized <T> T use(Supplier<T> work) {
        if (closed) {
            throw new IllegalStateException("this model is closed; open it again");
        }
        return work.get();
    }

    /** What turns texts into its tokens. */
    Tokenizing texts() {
        return texts;
    }

    /** What runs it. */
    Backend backend() {
        return backend;
    }

    /** With its weights on the backend. */
    Network network() {
        return network;
    }

    /** Of its batches. */
    Layout layout() {
        return layout;
    }

    /**
     * The tokens of texts, cut to the greatest length.
     *
     * @throws InputException if a text has no token, or one that the network does not know
     */
    List<TokenizedText> tokenize(Texts texts, Progress progress) {
        List<TokenizedText> tokenized = this.texts.cut(texts.place(), texts.texts(), network.length(), progress);
        this.texts.requireTokens(texts.place(), tokenized);
        return tokenized;
    }

    /** What is odd about the model, one line each. */
    List<String> notes() {
        return texts.notes(network.architecture());
    }

    /**
     * Refuses an output that is not finite.
     *
     * @param found what is not finite
     * @param place of the text, such as {@code news.csv line 3}
     * @param text that it is the output for
     */
    InputException overflow(double found, String place, String text) {
        String remedy = network.precision() == Precision.BFLOAT16
                ? "use --precision float32 or other weights"
                : "use other weights";
        return new InputException(
                "%s: found %s in the network's output for %s, \"%s\", expected finite numbers; %s, as these give numbers that are too large for %s"
                        .formatted(texts.model(), found, place, Excerpt.of(text), remedy, network.precision()));
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

    /** Frees its weights, ends its backend, once what another thread does with it is done. A second call does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        network.close();
        network.weights().values().forEach(Array::close);
        backend.close();
        texts.tokenizer().close();
    }
}
