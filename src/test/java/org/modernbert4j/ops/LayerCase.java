package org.modernbert4j.ops;

import java.util.function.Function;
import org.modernbert4j.ops.Layers.Fork;
import org.modernbert4j.ops.Layers.LstmWeights;
import org.modernbert4j.ops.kernel.AttentionKernel.Geometry;
import org.modernbert4j.ops.kernel.AttentionKernel.Queries;
import org.modernbert4j.ops.kernel.PoolKernel.Reduction;
import org.nd4j.autodiff.samediff.SDVariable;

/** Every layer, over variables alone, so that each input has a gradient to look at. */
@SuppressWarnings("ImmutableEnumChecker") // the functions keep nothing
enum LayerCase implements Function<SmallGraph, SDVariable> {
    EMBEDDING(g -> g.layers().embedding(g.variable("table", SmallGraph.VOCABULARY, 5), -1)),
    EMBEDDING_WITH_PADDING_ID(g -> g.layers().embedding(g.variable("table", SmallGraph.VOCABULARY, 5), 2)),
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
    GLOBAL_ATTENTION(g -> attention(g, new Geometry(2, 4, Integer.MAX_VALUE))),
    SLIDING_ATTENTION(g -> attention(g, new Geometry(2, 4, 1))),
    GLOBAL_ATTENTION_OF_FIRST_ROWS(g -> attention(g, new Geometry(2, 4, Integer.MAX_VALUE, Queries.FIRST_ROW))),
    SLIDING_ATTENTION_OF_FIRST_ROWS(g -> attention(g, new Geometry(2, 4, 1, Queries.FIRST_ROW))),
    GEGLU(g -> g.layers().geglu(g.variable("ab", g.rows(), 10), 5)),
    RESIDUAL(g -> g.layers().residual(g.variable("x", g.rows(), 5), g.variable("y", g.rows(), 5))),
    RESIDUAL_OF_ONE(g -> {
        SDVariable x = g.variable("x", g.rows(), 5);
        return g.layers().residual(x, x);
    }),
    DROPOUT(g -> {
        SDVariable once = g.layers().dropout(g.variable("x", g.texts(), 8), 8, 0.4);
        return g.layers().dropout(once, 8, 0.2);
    }),
    POOL_FIRST(g -> pool(g, Reduction.FIRST)),
    POOL_LAST_TOKEN(g -> pool(g, Reduction.LAST_TOKEN)),
    POOL_LAST_ROW(g -> pool(g, Reduction.LAST_ROW)),
    POOL_MEAN(g -> pool(g, Reduction.MEAN)),
    WANTED_ROWS(g -> g.layers().wanted(g.variable("x", g.rows(), 5))),
    LSTM(g -> g.layers()
            .lstm(
                    g.variable("x", g.rows(), 5),
                    new LstmWeights(
                            g.variable("input", 12, 5),
                            g.variable("state", 12, 3),
                            g.variable("inputBias", 12),
                            g.variable("stateBias", 12)),
                    3)),
    CROSS_ENTROPY(g -> g.layers().crossEntropy(g.variable("logits", g.texts(), 4), 4)),
    NETWORK(LayerCase::network);

    private final Function<SmallGraph, SDVariable> layer;

    LayerCase(Function<SmallGraph, SDVariable> layer) {
        this.layer = layer;
    }

    @Override
    public SDVariable apply(SmallGraph graph) {
        return layer.apply(graph);
    }

    private static SDVariable branched(SmallGraph g, Fork fork) {
        return g.layers().residual(fork.trunk(), g.layers().linear(fork.branch(), g.variable("weight", 5, 5), null));
    }

    private static SDVariable attention(SmallGraph g, Geometry geometry) {
        return g.layers()
                .attention(
                        g.variable(
                                "q", geometry.queries() == Queries.EVERY_ROW ? g.rows() : g.texts(), geometry.hidden()),
                        g.variable("k", g.rows(), geometry.hidden()),
                        g.variable("v", g.rows(), geometry.hidden()),
                        geometry,
                        100);
    }

    private static SDVariable pool(SmallGraph g, Reduction reduction) {
        return g.layers().pool(g.variable("x", g.rows(), 5), 5, reduction);
    }

    /** All layers, one on the other. */
    private static SDVariable network(SmallGraph g) {
        Layers layers = g.layers();
        SDVariable x = layers.embedding(g.variable("table", SmallGraph.VOCABULARY, 8), -1);
        Fork fork = layers.fork(x, g.variable("attn.gamma", 8), null, 1e-5);
        SDVariable context = layers.attention(
                layers.linear(fork.branch(), g.variable("q", 8, 8), null),
                layers.linear(fork.branch(), g.variable("k", 8, 8), null),
                layers.linear(fork.branch(), g.variable("v", 8, 8), null),
                new Geometry(2, 4, 1),
                100);
        x = layers.residual(fork.trunk(), layers.linear(context, g.variable("wo", 8, 8), null));
        fork = layers.fork(x, g.variable("mlp.gamma", 8), g.variable("mlp.beta", 8), 1e-5);
        SDVariable gated = layers.geglu(layers.linear(fork.branch(), g.variable("wi", 12, 8), null), 6);
        x = layers.residual(fork.trunk(), layers.linear(gated, g.variable("mlp.wo", 8, 6), null));
        SDVariable states = layers.lstm(
                x,
                new LstmWeights(
                        g.variable("input", 12, 8),
                        g.variable("state", 12, 3),
                        g.variable("inputBias", 12),
                        g.variable("stateBias", 12)),
                3);
        SDVariable kept = layers.dropout(layers.pool(states, 3, Reduction.LAST_TOKEN), 3, 0.3);
        SDVariable logits = layers.linear(kept, g.variable("fc", 4, 3), g.variable("fc.bias", 4));
        return layers.crossEntropy(logits.rename("logits"), 4);
    }
}
