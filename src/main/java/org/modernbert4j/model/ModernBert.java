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
 * The encoder (Warner et al. 2024, "Smarter, Better, Faster, Longer: A Modern Bidirectional Encoder"; the numbers are those of
 * modeling_modernbert.py of transformers): pre-norm layers of rotary attention and a GELU-gated feed-forward block. What it becomes
 * depends on the {@link Layers} that it is built from.
 *
 * @param <T> what a layer takes and gives
 */
public final class ModernBert<T> {
    /** The sum after the last layer, before the final norm, {@code [rows, hidden]}. */
    public static final String BEFORE_FINAL_NORM = "before_final_norm";

    /** The same of the first row of each text, {@code [texts, hidden]}, for heads that read no other. */
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
     * @param parameters gives the value of a parameter that is declared
     */
    public ModernBert(ModernBertConfig config, Layers<T> layers, Function<Parameter, T> parameters) {
        this.config = config;
        this.layers = layers;
        this.parameters = parameters;
        encoder = config.encoder();
        hidden = encoder.hiddenSize();
    }

    /** The value that holds the input of a layer, {@code [rows, hidden]}; that after the last is the final norm's output. */
    public static String hiddenState(int layer) {
        return "hidden_states." + layer;
    }

    /** The value that holds what {@link #pool} gives. */
    public static String pooled(Pooling pooling) {
        return "pooled." + pooling;
    }

    /** The last hidden states, {@code [rows, hidden]}. */
    public T encode() {
        read.add(hiddenState(encoder.layers()));
        return lastStates();
    }

    /**
     * One row for each text, of the last hidden states: that of its first token, for heads that read no other row, or the mean.
     * A head that reads further rows beside the first one takes both from {@link #encode()}, with {@code layers().pool}: here, the
     * last layer would be computed twice.
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

    /** What {@link #encode} and {@link #pool} have given so far, by name. */
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

    /** The last layer of the first row of each text, {@code [texts, hidden]}: of all rows only keys and values are computed. */
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
     * @param asking what the queries are of: all rows, or the first of each text
     * @param x what keys and values are of, all rows
     */
    private T attention(int i, T asking, T x) {
        EncoderConfig.Attention attention = encoder.attention();
        double range = config.initializerRange();
        T q = projection(i, "attn.q", range).from("attn.Wqkv", 0, 3).of(asking);
        T k = projection(i, "attn.k", range).from("attn.Wqkv", 1, 3).of(x);
        T v = projection(i, "attn.v", range).from("attn.Wqkv", 2, 3).of(x);
        AttentionGeometry geometry =
                new AttentionGeometry(attention.heads(), encoder.headSize(), attention.radius(i), asking != x);
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

    /** The first layer begins right after a norm and has none of its own. */
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

    /** Standard deviation of matrices whose output is added to the residual stream, in the head too. */
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

    /** The modules of a head: their names begin with {@code head.}, their published names do not. */
    public Modules<T> head() {
        return modules(Place.HEAD, "head.", "");
    }

    /**
     * The prediction head that published checkpoints have for classification and for hidden tokens: dense, activation,
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
        return head.norm("norm", encoder, layers.activation(classifier.activation(), dense));
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
