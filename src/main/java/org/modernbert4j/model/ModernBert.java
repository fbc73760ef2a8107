package org.modernbert4j.model;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.modernbert4j.backend.AttentionGeometry;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.model.Initialization.TruncatedNormal;
import org.modernbert4j.model.Parameter.Kind;
import org.modernbert4j.ops.Layers;
import org.modernbert4j.ops.Layers.Fork;

/**
 * The encoder (Warner et al. 2024, "Smarter, Better, Faster, Longer: A Modern Bidirectional Encoder"): pre-norm layers of rotary
 * attention and a GELU-gated feed-forward block. It computes the same numbers as modeling_modernbert.py of transformers. Its
 * {@link Layers} decide what building it does: add ops to a graph, list parameters, or count costs.
 *
 * @param <T> input and output of a layer, such as a variable of a graph
 */
public final class ModernBert<T> {
    /** The sum after the last layer, before the final norm, {@code [rows, hidden]}. */
    public static final String BEFORE_FINAL_NORM = "before_final_norm";

    /** The same sum for only the first row of each text, {@code [texts, hidden]}, for heads that read no other row. */
    public static final String FIRST_BEFORE_FINAL_NORM = "first_before_final_norm";

    private final ModernBertConfig config;
    private final EncoderConfig encoder;
    private final Layers<T> layers;
    private final Function<Parameter, T> parameters;
    private final long hidden;
    private final Set<String> read = new LinkedHashSet<>();
    private T lastInput;
    private T states;

    /**
     * @param layers what the network is built from
     * @param parameters gives the value of a declared parameter
     */
    public ModernBert(ModernBertConfig config, Layers<T> layers, Function<Parameter, T> parameters) {
        this.config = config;
        this.layers = layers;
        this.parameters = parameters;
        encoder = config.encoder();
        hidden = encoder.hiddenSize();
    }

    /** The name of a layer's input, {@code [rows, hidden]}; the number after the last layer names the final norm's output. */
    public static String hiddenState(int layer) {
        return "hidden_states." + layer;
    }

    /** The name of the result of {@link #pool}. */
    public static String pooled(Pooling pooling) {
        return "pooled." + pooling;
    }

    /** The last hidden states, {@code [rows, hidden]}. */
    public T encode() {
        read.add(hiddenState(encoder.layers()));
        return lastStates();
    }

    /**
     * Pools the last hidden states to one row per text: the row of its first token, or the mean. A head that reads the first row
     * and other rows too calls {@link #encode()} and {@code layers().pool} instead; calling both {@code encode} and
     * {@code pool} would compute the last layer twice.
     *
     * @param pooling {@link Pooling#CLS} or {@link Pooling#MEAN}
     * @return {@code [texts, hidden]}
     */
    public T pool(Pooling pooling) {
        T rows = pooling == Pooling.CLS
                ? finalNorm(layers.name(lastLayerOfFirstRows(), FIRST_BEFORE_FINAL_NORM))
                : layers.pool(lastStates(), encoder.hiddenSize(), pooling);
        read.add(pooled(pooling));
        return layers.name(rows, pooled(pooling));
    }

    private T lastStates() {
        if (states == null) {
            T x = layers.name(layer(last(), lastInput()), BEFORE_FINAL_NORM);
            states = layers.name(finalNorm(x), hiddenState(encoder.layers()));
        }
        return states;
    }

    /** The names of the results of {@link #encode} and {@link #pool} so far. */
    Set<String> read() {
        return read;
    }

    /** The token embedding, {@code [vocabulary, hidden]}. */
    public T tokenEmbedding() {
        return embeddings()
                .parameter(
                        "tok_embeddings.weight",
                        Kind.MATRIX,
                        normal(config.initializerRange()),
                        encoder.vocabularySize(),
                        hidden);
    }

    /** The input of the last layer, {@code [rows, hidden]}. */
    private T lastInput() {
        if (lastInput == null) {
            T x = layers.embedding(tokenEmbedding(), config.tokens().pad().orElse(-1)); // [rows, hidden]
            x = embeddings().norm("norm", encoder, x);
            for (int i = 0; i < last(); i++) {
                x = layer(i, layers.name(x, hiddenState(i)));
            }
            lastInput = layers.name(x, hiddenState(last()));
        }
        return lastInput;
    }

    private T layer(int i, T x) { // [rows, hidden]
        x = residual(attentionNorm(i, x), y -> attention(i, y, y));
        return residual(mlpNorm(i, x), y -> mlp(i, y));
    }

    /** The last layer for the first row of each text, {@code [texts, hidden]}. Other rows get keys and values only. */
    private T lastLayerOfFirstRows() {
        Fork<T> all = attentionNorm(last(), lastInput());
        T x = layers.add(first(all.trunk()), attention(last(), first(all.branch()), all.branch()));
        return residual(mlpNorm(last(), x), y -> mlp(last(), y));
    }

    private T first(T x) {
        return layers.pool(x, encoder.hiddenSize(), Pooling.CLS);
    }

    private T residual(Fork<T> x, UnaryOperator<T> branch) {
        return layers.add(x.trunk(), branch.apply(x.branch()));
    }

    /**
     * Attention of one layer.
     *
     * @param queryRows input of the queries: all rows, or the first row of each text
     * @param x input of the keys and values: all rows
     */
    private T attention(int i, T queryRows, T x) {
        EncoderConfig.Attention attention = encoder.attention();
        double range = config.initializerRange();
        T q = projection(i, "attn.q", range).from("attn.Wqkv", 0, 3).of(queryRows);
        T k = projection(i, "attn.k", range).from("attn.Wqkv", 1, 3).of(x);
        T v = projection(i, "attn.v", range).from("attn.Wqkv", 2, 3).of(x);
        AttentionGeometry geometry =
                new AttentionGeometry(attention.heads(), encoder.headSize(), attention.radius(i), queryRows != x);
        T context = layers.attention(q, k, v, geometry, attention.theta(i)); // in the shape of q
        return projection(i, "attn.o", outputRange()).from("attn.Wo", 0, 1).of(context);
    }

    private Modules<T>.Linear projection(int i, String name, double range) {
        return modules(i)
                .linear(name, hidden, hidden)
                .bias(encoder.attention().bias())
                .init(normal(range));
    }

    /** The feed-forward block of one layer. */
    private T mlp(int i, T x) {
        EncoderConfig.Mlp mlp = encoder.mlp();
        long width = mlp.intermediateSize();
        T ab = modules(i)
                .linear("mlp.wi", 2 * width, hidden)
                .bias(mlp.bias())
                .init(normal(config.initializerRange()))
                .component("mlp")
                .from("mlp.Wi", 0, 1)
                .of(x); // [rows, 2 * intermediate]
        T gated = layers.geglu(ab, mlp.intermediateSize()); // [rows, intermediate]
        return modules(i)
                .linear("mlp.wo", hidden, width)
                .bias(mlp.bias())
                .init(normal(outputRange()))
                .component("mlp")
                .from("mlp.Wo", 0, 1)
                .of(gated);
    }

    /** The norm before attention. The first layer has none, because its input comes from a norm. */
    private Fork<T> attentionNorm(int i, T x) {
        return i == 0 ? new Fork<>(x, x) : modules(i).fork("attn_norm", encoder, x);
    }

    private Fork<T> mlpNorm(int i, T x) {
        return modules(i).fork("mlp_norm", encoder, x);
    }

    private T finalNorm(T x) {
        return modules(Place.FINAL_NORM, "", "").norm("final_norm", encoder, x);
    }

    private int last() {
        return encoder.layers() - 1;
    }

    private Initialization normal(double deviation) {
        return new TruncatedNormal(deviation, config.initializerCutoff());
    }

    /** Initial standard deviation of matrices that write to the residual stream, and of the prediction head's dense layer. */
    private double outputRange() {
        return config.initializerRange() / Math.sqrt(2.0 * encoder.layers());
    }

    private Modules<T> embeddings() {
        return modules(Place.EMBEDDINGS, "embeddings.", "embeddings.");
    }

    private Modules<T> modules(int layer) {
        String prefix = "layers." + layer + ".";
        return modules(Place.layer(layer), prefix, prefix);
    }

    private Modules<T> modules(Place place, String names, String tensors) {
        return new Modules<>(layers, parameters, place, names, tensors);
    }

    /** The modules of a head. Their parameter names begin with {@code head.}, their published names do not. */
    public Modules<T> head() {
        return modules(Place.HEAD, "head.", "");
    }

    /**
     * The prediction head of published checkpoints, for classification and masked language modelling: dense layer, activation,
     * normalisation.
     *
     * @param x {@code [n, hidden]}
     * @return {@code [n, hidden]}
     */
    public T predict(T x) {
        ModernBertConfig.Classifier classifier = config.classifier();
        Modules<T> head = modules(Place.HEAD, "head.", "head.");
        T dense = head.linear("dense", hidden, hidden)
                .bias(classifier.bias())
                .init(normal(outputRange()))
                .of(x);
        return head.norm("norm", encoder, layers.activation(classifier.function(), dense));
    }

    /** What the network is built from. */
    public Layers<T> layers() {
        return layers;
    }

    /** Sizes and settings. */
    public ModernBertConfig config() {
        return config;
    }
}
