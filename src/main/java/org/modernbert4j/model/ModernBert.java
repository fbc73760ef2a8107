package org.modernbert4j.model;

import java.util.Map;
import org.modernbert4j.model.ParameterId.EmbeddingNorm;
import org.modernbert4j.model.ParameterId.FinalNorm;
import org.modernbert4j.model.ParameterId.HeadParameter;
import org.modernbert4j.model.ParameterId.LayerParameter;
import org.modernbert4j.model.ParameterId.Part;
import org.modernbert4j.model.ParameterId.Role;
import org.modernbert4j.model.ParameterId.TokenEmbedding;
import org.modernbert4j.ops.Layers;
import org.modernbert4j.ops.Layers.Fork;
import org.modernbert4j.ops.kernel.AttentionKernel.Geometry;
import org.modernbert4j.ops.kernel.AttentionKernel.Queries;
import org.modernbert4j.ops.kernel.PoolKernel.Reduction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The encoder as a graph (Warner et al. 2024, "Smarter, Better, Faster, Longer: A Modern Bidirectional Encoder"; the numbers are
 * those of modeling_modernbert.py of transformers): pre-norm layers of rotary attention and a GELU-gated feed-forward block.
 */
public final class ModernBert {
    private final ModernBertConfig config;
    private final Layers layers;
    private final Map<ParameterId, INDArray> weights;

    ModernBert(ModernBertConfig config, Layers layers, Map<ParameterId, INDArray> weights) {
        this.config = config;
        this.layers = layers;
        this.weights = weights;
    }

    /**
     * The last hidden states of the batch that is fed.
     *
     * @return {@code [rows, hidden]}
     */
    SDVariable encode() {
        String name = Network.hiddenState(config.layers());
        return layers.graph().hasVariable(name)
                ? layers.graph().getVariable(name)
                : finalNorm(layer(config.layers() - 1, lastInput(), Queries.EVERY_ROW)
                                .rename(Network.BEFORE_FINAL_NORM))
                        .rename(name);
    }

    /**
     * One row for each text: of its first token, for whose sake the last layer does not compute the others, or the mean.
     *
     * @return {@code [texts, hidden]}
     */
    SDVariable pool(Pooling pooling) {
        SDVariable pooled =
                switch (pooling) {
                    case CLS ->
                        finalNorm(layer(config.layers() - 1, lastInput(), Queries.FIRST_ROW)
                                .rename(Network.FIRST_BEFORE_FINAL_NORM));
                    case MEAN -> layers.pool(encode(), config.hiddenSize(), Reduction.MEAN);
                };
        return pooled.rename(Network.POOLED);
    }

    /** What the last layer begins with, {@code [rows, hidden]}. */
    private SDVariable lastInput() {
        String name = Network.hiddenState(config.layers() - 1);
        if (layers.graph().hasVariable(name)) {
            return layers.graph().getVariable(name);
        }
        int paddingId = config.padTokenId().orElse(-1);
        SDVariable x = layers.embedding(parameter(new TokenEmbedding()), paddingId); // [rows, hidden]
        x = norm(x, new EmbeddingNorm(Part.WEIGHT), new EmbeddingNorm(Part.BIAS));
        for (int layer = 0; layer < config.layers() - 1; layer++) {
            x = layer(layer, x.rename(Network.hiddenState(layer)), Queries.EVERY_ROW);
        }
        return x.rename(name);
    }

    /** One layer; after its keys and values, only the rows that ask are computed. */
    private SDVariable layer(int layer, SDVariable x, Queries queries) {
        Fork first = layer == 0 ? new Fork(x, x) : fork(x, layer, Role.ATTENTION_NORM); // [rows, hidden]
        SDVariable y = layers.residual(asking(first.trunk(), queries), attention(layer, first.branch(), queries));
        Fork second = fork(y, layer, Role.MLP_NORM); // [queries, hidden]
        return layers.residual(second.trunk(), feedForward(layer, second.branch()));
    }

    private SDVariable asking(SDVariable x, Queries queries) {
        return switch (queries) {
            case EVERY_ROW -> x;
            case FIRST_ROW -> layers.pool(x, config.hiddenSize(), Reduction.FIRST);
        };
    }

    private SDVariable attention(int layer, SDVariable x, Queries queries) {
        boolean global = config.attentionKinds().get(layer) == AttentionKind.GLOBAL;
        int radius = global ? Integer.MAX_VALUE : config.slidingRadius();
        SDVariable context = layers.attention(
                linear(asking(x, queries), layer, Role.QUERY),
                linear(x, layer, Role.KEY),
                linear(x, layer, Role.VALUE),
                new Geometry(config.heads(), config.headSize(), radius, queries),
                global ? config.globalTheta() : config.localTheta()); // [queries, hidden]
        return linear(context, layer, Role.ATTENTION_OUTPUT);
    }

    private SDVariable feedForward(int layer, SDVariable x) {
        SDVariable both = linear(x, layer, Role.MLP_INPUT); // [rows, 2 * intermediate]
        SDVariable gated = layers.geglu(both, config.intermediateSize()); // [rows, intermediate]
        return linear(gated, layer, Role.MLP_OUTPUT); // [rows, hidden]
    }

    private SDVariable linear(SDVariable x, int layer, Role role) {
        return layers.linear(
                x,
                parameter(new LayerParameter(layer, role, Part.WEIGHT)),
                parameterOrNull(new LayerParameter(layer, role, Part.BIAS)));
    }

    /** A linear layer of the head. */
    SDVariable linear(SDVariable x, String module) {
        return layers.linear(
                x, parameter(new HeadParameter(module, "weight")), parameterOrNull(new HeadParameter(module, "bias")));
    }

    private SDVariable finalNorm(SDVariable x) {
        return norm(x, new FinalNorm(Part.WEIGHT), new FinalNorm(Part.BIAS));
    }

    private Fork fork(SDVariable x, int layer, Role role) {
        return layers.fork(
                x,
                parameter(new LayerParameter(layer, role, Part.WEIGHT)),
                parameterOrNull(new LayerParameter(layer, role, Part.BIAS)),
                config.normEps());
    }

    private SDVariable norm(SDVariable x, ParameterId weight, ParameterId bias) {
        return layers.layerNorm(x, parameter(weight), parameterOrNull(bias), config.normEps());
    }

    /** The variable of a parameter. */
    SDVariable parameter(ParameterId id) {
        SDVariable present = layers.graph().getVariable(id.name());
        return present != null ? present : layers.graph().var(id.name(), weights.get(id));
    }

    /** The variable of a parameter, or null where the architecture has none. */
    SDVariable parameterOrNull(ParameterId id) {
        return weights.containsKey(id) ? parameter(id) : null;
    }

    Layers layers() {
        return layers;
    }

    ModernBertConfig config() {
        return config;
    }
}
