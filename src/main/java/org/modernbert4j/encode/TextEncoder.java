package org.modernbert4j.encode;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.ObjIntConsumer;
import org.modernbert4j.InputException;
import org.modernbert4j.Progress;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.data.Batching;
import org.modernbert4j.data.Text;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Batch;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.model.Network;
import org.modernbert4j.ops.GraphExecutor;
import org.modernbert4j.ops.Lowering;
import org.modernbert4j.ops.Precision;
import org.modernbert4j.ops.kernel.Segments;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;

/** An encoder that gives the hidden states of texts. Not thread safe. */
public final class TextEncoder implements AutoCloseable {
    private final HuggingFaceTokenizerFactory tokenizer;
    private final Network network;
    private final Layout layout;
    private final int layer;

    private TextEncoder(HuggingFaceTokenizerFactory tokenizer, Network network, Layout layout, int layer) {
        this.tokenizer = tokenizer;
        this.network = network;
        this.layout = layout;
        this.layer = layer;
    }

    /**
     * Opens a checkpoint, whatever head it has.
     *
     * @param folder of the checkpoint
     * @param layer whose hidden states are wanted: 0 for what the first layer begins with, the last, which is meant if it is
     *     empty, for the output of the final norm
     * @param maxLength tokens that a text is cut to, special ones included; as many as the encoder has positions for if it is empty
     * @param precision of the products
     * @throws InputException if the folder cannot be used, or the encoder has no such layer or not so many positions
     */
    public static TextEncoder open(Path folder, OptionalInt layer, OptionalInt maxLength, Precision precision) {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            ModernBertConfig config = checkpoint.config();
            int wanted = layer.orElse(config.layers());
            if (wanted < 0 || wanted > config.layers()) {
                throw new InputException("%s: found no hidden states %d, the model has %d layers; use 0 to %d"
                        .formatted(folder, wanted, config.layers(), config.layers()));
            }
            Head unused = new Head.MaskedLanguageModel(config.vocabularySize()); // fits beside any head that is stored
            Architecture architecture = Architecture.of(config, unused);
            int length = maxLength.orElse(config.maxPositions());
            Lowering lowering = Lowering.ofProcess(precision);
            Network network =
                    new Network(architecture, checkpoint.load(architecture, 0).weights(), lowering, length);
            HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(folder);
            Layout layout = Layout.of(
                    unused, lowering, length, tokenizer.specialTokens().pad());
            return new TextEncoder(tokenizer, network, layout, wanted);
        }
    }

    /** Numbers in a row of hidden states. */
    public int hidden() {
        return network.architecture().config().hiddenSize();
    }

    /** Which hidden states it gives. */
    public int layer() {
        return layer;
    }

    /**
     * The tokens of texts.
     *
     * @param progress told how many texts are done, from several threads
     * @return for each text, in their order
     * @throws InputException if the greatest length has no room for the special tokens
     */
    public List<TokenizedText> tokenize(List<Text> texts, Progress progress) {
        List<String> contents = texts.stream().map(Text::text).toList();
        List<TokenizedText> tokenized = new ArrayList<>();
        for (int[] ids : tokenizer.encodeAll(contents, network.length(), progress)) {
            tokenized.add(new TokenizedText(texts.get(tokenized.size()).row(), ids, 0));
        }
        return tokenized;
    }

    /**
     * Encodes texts, those of like length together.
     *
     * @param texts in any order
     * @param pooling what is kept of a text's rows
     * @param batchSize texts at a time
     * @param into given the rows {@code [rows, hidden]} of each text, valid during the call, and its place among the texts
     * @param progress told how many texts are done
     */
    public void encode(
            List<TokenizedText> texts,
            TextPooling pooling,
            int batchSize,
            ObjIntConsumer<FloatBuffer> into,
            Progress progress) {
        String states = Network.hiddenState(layer);
        int done = 0;
        for (List<Integer> places : Batching.sorted(texts, batchSize)) {
            List<int[]> ids =
                    places.stream().map(place -> texts.get(place).ids()).toList();
            Batch batch = layout.lay(ids, new int[0]);
            try (GraphExecutor.Result result = network.run(batch, states)) {
                FloatBuffer rows = result.get(states).data().asNioFloat();
                Segments segments = batch.segments();
                for (int i = 0; i < places.size(); i++) {
                    FloatBuffer ofText = rows.slice(segments.starts()[i] * hidden(), segments.lengths()[i] * hidden());
                    into.accept(pooling.of(ofText, hidden()), places.get(i));
                }
            }
            done += places.size();
            progress.report(done, texts.size());
        }
    }

    /**
     * Encodes one text.
     *
     * @return {@code [rows, hidden]}, row after row
     */
    public float[] encode(String text, TextPooling pooling) {
        List<TokenizedText> tokenized = tokenize(List.of(new Text(0, text)), Progress.NONE);
        float[] vector = new float[pooling.rows(tokenized.get(0).ids().length) * hidden()];
        encode(tokenized, pooling, 1, (rows, place) -> rows.get(0, vector), Progress.NONE);
        return vector;
    }

    @Override
    public void close() {
        network.close();
        tokenizer.close();
    }
}
