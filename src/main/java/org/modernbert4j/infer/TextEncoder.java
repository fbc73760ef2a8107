package org.modernbert4j.infer;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ObjIntConsumer;
import java.util.stream.Stream;
import org.modernbert4j.InputException;
import org.modernbert4j.Progress;
import org.modernbert4j.SettingException;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.backend.Segments;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.data.Batching;
import org.modernbert4j.data.RowStream;
import org.modernbert4j.data.Text;
import org.modernbert4j.data.Texts;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.ModernBert;
import org.modernbert4j.model.Passes;
import org.modernbert4j.ops.Batch;
import org.modernbert4j.safetensors.NonFinite;

/**
 * An encoder without a head, which gives the hidden states of texts. Threads may share it: calls wait for one another, as in {@link
 * TextClassifier}.
 */
public final class TextEncoder implements AutoCloseable {
    private final OpenModel model;
    private final SentenceModules modules;
    private final int layer;

    private TextEncoder(OpenModel model, SentenceModules modules, int layer) {
        this.model = model;
        this.modules = modules;
        this.layer = layer;
    }

    /** As the other {@code open}, for the last layer and all positions, on the backend of the process and in float32. */
    public static TextEncoder open(Path folder) {
        return open(folder, OptionalInt.empty(), OptionalInt.empty(), Backends.ofProcess(), Precision.FLOAT32);
    }

    /**
     * Opens a checkpoint, or a model of sentence-transformers, whose prompt, lower case and scaling to length 1 are then followed.
     *
     * @param folder of the checkpoint, with or without a head, or the one with {@code modules.json}
     * @param layer whose hidden states are given: 0 for the input of the first layer, the number of layers, also if it is empty,
     *     for the output of the final norm
     * @param maxLength tokens that a text is cut to, special ones included; if it is empty, {@code max_seq_length} of
     *     sentence-transformers, else the tokenizer's {@code model_max_length}, and at most the encoder's number of positions
     * @param backend what runs it; closed with the encoder, and where this throws
     * @param precision of the products
     * @throws InputException if the folder cannot be used, or the encoder has no such layer or not so many positions
     */
    public static TextEncoder open(
            Path folder, OptionalInt layer, OptionalInt maxLength, Backend backend, Precision precision) {
        try {
            return open(SentenceModules.of(folder), layer, maxLength, backend, precision);
        } catch (RuntimeException e) {
            backend.close();
            throw e;
        }
    }

    private static TextEncoder open(
            SentenceModules modules, OptionalInt layer, OptionalInt maxLength, Backend backend, Precision precision) {
        Path folder = modules.transformer();
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            Architecture architecture = Architecture.of(checkpoint.config());
            int number = layer(folder, layer, architecture.config().encoder().layers());
            architecture.config().requirePositions("max length", folder, maxLength.orElse(1));
            int positions = architecture.config().encoder().maxPositions();
            OptionalInt length = maxLength.isPresent()
                    ? maxLength
                    : modules.texts().maxLength().stream()
                            .map(most -> Math.min(most, positions))
                            .findFirst();
            OpenModel model = OpenModel.open(folder, checkpoint, architecture, length, backend, precision);
            return new TextEncoder(model, modules, number);
        }
    }

    private static int layer(Path folder, OptionalInt layer, int layers) {
        int number = layer.orElse(layers);
        SettingException.requireRange(
                number >= 0 && number <= layers,
                "layer",
                number,
                "a number from 0 to %d, as %s has %d layers".formatted(layers, folder, layers));
        return number;
    }

    /** Numbers in a row of hidden states. */
    public int hidden() {
        return model.network().architecture().config().encoder().hiddenSize();
    }

    /** What a user should know of the model, one line each. */
    public List<String> notes() {
        return Stream.concat(model.notes().stream(), modules.notes().stream()).toList();
    }

    /** How sentence-transformers makes one row of a text's rows here; empty if the folder is none of it. */
    public Optional<Pooling> pooling() {
        return modules.pooling();
    }

    /** Which hidden states it gives. */
    public int layer() {
        return layer;
    }

    /**
     * The tokens of texts, with the model's prompt before each.
     *
     * @param progress told how many texts are done, from several threads
     * @return for each text, in their order
     * @throws InputException if the greatest length has no room for the special tokens, or a text has no token, or one that the
     *     network does not know
     * @throws IllegalStateException if this is closed
     */
    public List<TokenizedText> tokenize(Texts texts, Progress progress) {
        List<Text> whole = texts.texts().stream().map(modules.texts()::apply).toList();
        return model.use(() -> model.tokenize(new Texts(texts.place(), whole, texts.rows()), progress));
    }

    /**
     * Encodes texts, those of like length together.
     *
     * @param place what stands before the number of a text's line in messages, as {@link Texts#place}
     * @param texts in any order
     * @param pooling how the rows of a text's tokens become one; all are kept if it is empty
     * @param batchSize texts at a time
     * @param into given the rows {@code [rows, hidden]} of each text, valid during the call, and its place among the texts
     * @param progress told how many texts are done
     * @throws InputException if the network gives NaN or infinity
     * @throws IllegalStateException if this is closed
     */
    public void encode(
            String place,
            List<TokenizedText> texts,
            Optional<Pooling> pooling,
            int batchSize,
            ObjIntConsumer<FloatBuffer> into,
            Progress progress) {
        model.use(() -> {
            run(place, texts, pooling, batchSize, into, progress);
            return null;
        });
    }

    /**
     * Encodes texts that are read part by part. A row without a text gets zeros, or no rows where all are kept.
     *
     * @param texts every row of which is encoded
     * @param batchSize texts at a time
     * @param into given the rows of every text, pooled as it says
     * @param progress told how many rows are done, of 0 in all where the number is not known
     * @return rows without a text
     * @throws InputException as {@link #tokenize} and the other {@code encode}, or if a row cannot be read
     * @throws IllegalStateException if this is closed
     */
    public int encode(RowStream<Text> texts, int batchSize, Embeddings into, Progress progress) {
        int[] without = new int[1];
        StreamProgress whole = new StreamProgress(texts, progress);
        texts.inParts(false, part -> {
            List<Text> full = part.stream().filter(text -> !text.isEmpty()).toList();
            List<TokenizedText> tokenized = tokenize(new Texts(texts.place(), full, part.size()), Progress.NONE);
            int[] places = new int[full.size()];
            int found = 0;
            for (Text text : part) {
                int place = into.add(text.isEmpty() ? 0 : tokenized.get(found).ids().length);
                if (!text.isEmpty()) {
                    places[found++] = place;
                }
            }
            encode(
                    texts.place(),
                    tokenized,
                    into.pooling(),
                    batchSize,
                    (rows, text) -> into.put(rows, places[text]),
                    whole.ofPart());
            without[0] += part.size() - full.size();
            whole.partDone(part.size());
        });
        whole.end();
        return without[0];
    }

    private void run(
            String place,
            List<TokenizedText> texts,
            Optional<Pooling> pooling,
            int batchSize,
            ObjIntConsumer<FloatBuffer> into,
            Progress progress) {
        String states = ModernBert.hiddenState(layer);
        try (Passes passes = new Passes(model.network(), states)) {
            int done = 0;
            for (List<Integer> places : Batching.sorted(texts, batchSize)) {
                int doneThen = done += places.size();
                Batch batch = model.layout().lay(TokenizedText.ids(texts, places));
                passes.launch(batch, Map.of(), result -> {
                    FloatBuffer rows = model.backend().read(result.get(states));
                    Segments segments = batch.segments();
                    for (int i = 0; i < places.size(); i++) {
                        FloatBuffer ofText = rows(rows, segments.starts()[i], segments.lengths()[i]);
                        FloatBuffer vector = pooled(ofText, pooling);
                        requireFinite(vector, place, texts.get(places.get(i)));
                        into.accept(vector, places.get(i));
                    }
                    progress.report(doneThen, texts.size());
                });
            }
            passes.finish();
        }
    }

    private void requireFinite(FloatBuffer vector, String place, TokenizedText text) {
        NonFinite.in(vector).ifPresent(found -> {
            String spelt = model.texts().tokenizer().decode(text.ids());
            throw model.overflow(found.value(), place + " " + text.line(), spelt);
        });
    }

    /**
     * Encodes one text.
     *
     * @return {@code [rows, hidden]}, row after row
     * @throws InputException as the other {@code encode} and {@link #tokenize}
     * @throws IllegalStateException if this is closed
     */
    public float[] encode(String text, Optional<Pooling> pooling) {
        List<TokenizedText> tokenized = tokenize(Texts.of(List.of(text)), Progress.NONE);
        int rows = pooling.isPresent() ? 1 : tokenized.get(0).ids().length;
        float[] vector = new float[rows * hidden()];
        encode(Texts.TEXT, tokenized, pooling, 1, (states, place) -> states.get(0, vector), Progress.NONE);
        return vector;
    }

    /** @param states of a text's tokens, without padding */
    private FloatBuffer pooled(FloatBuffer states, Optional<Pooling> pooling) {
        return pooling.map(how -> modules.scaled(
                        switch (how) {
                            case CLS -> rows(states, 0, 1);
                            case LAST_TOKEN, LAST_ROW -> rows(states, states.limit() / hidden() - 1, 1);
                            case MEAN -> mean(states);
                        }))
                .orElse(states);
    }

    private FloatBuffer rows(FloatBuffer states, int first, int count) {
        return states.slice(first * hidden(), count * hidden());
    }

    private FloatBuffer mean(FloatBuffer states) {
        int hidden = hidden();
        double[] sums = new double[hidden];
        for (int i = 0; i < states.limit(); i++) {
            sums[i % hidden] += states.get(i);
        }
        FloatBuffer mean = FloatBuffer.allocate(hidden);
        for (double sum : sums) {
            mean.put((float) (sum * hidden / states.limit()));
        }
        return mean.flip();
    }

    /** Frees all, once the calls of other threads are done. A second call does nothing. */
    @Override
    public void close() {
        model.close();
    }
}
