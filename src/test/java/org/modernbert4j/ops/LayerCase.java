package org.modernbert4j.ops;

import java.util.function.Function;
import org.modernbert4j.backend.Activation;
import org.modernbert4j.backend.AttentionGeometry;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.ops.Layers.Fork;
import org.modernbert4j.ops.Layers.LstmWeights;
import org.nd4j.autodiff.samediff.SDVariable;

/** Every layer, over variables alone, so that each input has a gradient to look at. */
@SuppressWarnings("ImmutableEnumChecker") // the functions keep nothing
enum LayerCase implements Function<SmallGraph, SDVariable> {
    EMBEDDING(g -> g.embedding(5, -1)),
    EMBEDDING_WITH_PADDING_ID(g -> g.embedding(5, 2)),
    LINEAR(g -> g.layers().linear(g.variable("x", g.rows(), 5), g.variable("weight", 3, 5), null)),
    LINEAR_WITH_BIAS(
            g -> g.layers().linear(g.variable("x", g.rows(), 5), g.variable("weight", 3, 5), g.variable("bias", 3))),
    LAYER_NORM(g -> g.layers().layerNorm(g.variable("x", g.rows(), 5), g.variable("gamma", 5), null, 1e-3)),
    LAYER_NORM_WITH_BETA(g ->
            g.layers().layerNorm(g.variable("x", g.rows(), 5), g.variable("gamma", 5), g.variable("beta", 5), 1e-3)),
    FORK(g -> branched(g, g.layers().fork(g.variable("x", g.rows(), 5), g.variable("gamma", 5), null, 1e-3))),
    FORK_WITH_BETA(g -> branched(
            g, g.layers().fork(g.variable("x", g.rows(), 5), g.variable("gamma", 5), g.variable("beta", 5), 1e-3))),
    FORK_WITHOUT_TRUNK(g -> g.layers()
            .fork(g.variable("x", g.rows(), 5), g.variable("gamma", 5), g.variable("beta", 5), 1e-3)
            .branch()),
    GLOBAL_ATTENTION(g -> attention(g, new AttentionGeometry(2, 4, Integer.MAX_VALUE, false))),
    SLIDING_ATTENTION(g -> attention(g, new AttentionGeometry(2, 4, 1, false))),
    GLOBAL_ATTENTION_OF_FIRST_ROWS(g -> attention(g, new AttentionGeometry(2, 4, Integer.MAX_VALUE, true))),
    SLIDING_ATTENTION_OF_FIRST_ROWS(g -> attention(g, new AttentionGeometry(2, 4, 1, true))),
    GEGLU(g -> g.layers().geglu(g.variable("ab", g.rows(), 10), 5)),
    SUM(g -> g.layers().add(g.variable("x", g.rows(), 5), g.variable("y", g.rows(), 5))),
    SUM_OF_ONE(g -> {
        SDVariable x = g.variable("x", g.rows(), 5);
        return g.layers().add(x, x);
    }),
    GELU(g -> activation(g, Activation.GELU)),
    RELU(g -> activation(g, Activation.RELU)),
    SILU(g -> activation(g, Activation.SILU)),
    TANH(g -> activation(g, Activation.TANH)),
    DROPOUT(g -> {
        SDVariable once = g.layers().dropout(g.variable("x", g.texts(), 8), 8, 0.4);
        return g.layers().dropout(once, 8, 0.2);
    }),
    POOL_CLS(g -> pool(g, Pooling.CLS)),
    POOL_LAST_TOKEN(g -> pool(g, Pooling.LAST_TOKEN)),
    POOL_LAST_ROW(g -> pool(g, Pooling.LAST_ROW)),
    POOL_MEAN(g -> pool(g, Pooling.MEAN)),
    SELECTED_ROWS(g -> g.layers().select(g.variable("x", g.rows(), 5))),
    LSTM(g -> g.layers()
            .lstm(
                    g.variable("x", g.rows(), 5),
                    new LstmWeights<>(
                            g.variable("input", 12, 5),
                            g.variable("state", 12, 3),
                            g.variable("inputBias", 12),
                            g.variable("stateBias", 12)),
                    3)),
    CROSS_ENTROPY(g -> g.layers().loss(new CrossEntropyLoss(), g.variable("logits", g.texts(), 4), 4)),
    NETWORK(LayerCase::network);

    private final Function<SmallGraph, SDVariable> layer;

    LayerCase(Function<SmallGraph, SDVariable> layer) {
        this.layer = layer;
    }

    @Override
    public SDVariable apply(SmallGraph graph) {
        return layer.apply(graph);
    }

    private static SDVariable branched(SmallGraph g, Fork<SDVariable> fork) {
        return g.layers().add(fork.trunk(), g.layers().linear(fork.branch(), g.variable("weight", 5, 5), null));
    }

    private static SDVariable attention(SmallGraph g, AttentionGeometry geometry) {
        return g.layers()
                .attention(
                        g.variable("q", geometry.firstRowOnly() ? g.texts() : g.rows(), geometry.hidden()),
                        g.variable("k", g.rows(), geometry.hidden()),
                        g.variable("v", g.rows(), geometry.hidden()),
                        geometry,
                        100);
    }

    private static SDVariable activation(SmallGraph g, Activation activation) {
        return g.layers().activation(activation, g.variable("x", g.rows(), 5));
    }

    private static SDVariable pool(SmallGraph g, Pooling pooling) {
        return g.layers().pool(g.variable("x", g.rows(), 5), 5, pooling);
    }

    /** All layers, one on the other. */
    private static SDVariable network(SmallGraph g) {
        GraphLayers layers = g.layers();
        SDVariable x = g.embedding(8, -1);
        Fork<SDVariable> fork = layers.fork(x, g.variable("attn.gamma", 8), null, 1e-5);
        SDVariable context = layers.attention(
                layers.linear(fork.branch(), g.variable("q", 8, 8), null),
                layers.linear(fork.branch(), g.variable("k", 8, 8), null),
                layers.linear(fork.branch(), g.variable("v", 8, 8), null),
                new AttentionGeometry(2, 4, 1, false),
                100);
        x = layers.add(fork.trunk(), layers.linear(context, g.variable("wo", 8, 8), null));
        fork = layers.fork(x, g.variable("mlp.gamma", 8), g.variable("mlp.beta", 8), 1e-5);
        SDVariable gated = layers.geglu(layers.linear(fork.branch(), g.variable("wi", 12, 8), null), 6);
        x = layers.add(fork.trunk(), layers.linear(gated, g.variable("mlp.wo", 8, 6), null));
        SDVariable states = layers.lstm(
                x,
                new LstmWeights<>(
                        g.variable("input", 12, 8),
                        g.variable("state", 12, 3),
                        g.variable("inputBias", 12),
                        g.variable("stateBias", 12)),
                3);
        SDVariable kept = layers.dropout(layers.pool(states, 3, Pooling.LAST_TOKEN), 3, 0.3);
        SDVariable logits = layers.linear(kept, g.variable("fc", 4, 3), g.variable("fc.bias", 4));
        return layers.loss(new CrossEntropyLoss(), layers.name(logits, "logits"), 4);
    }
}
