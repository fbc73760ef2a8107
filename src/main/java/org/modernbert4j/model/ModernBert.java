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
import org.modernbert4j.ops.kernel.AttentionKernel.Geometry;
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
        int paddingId = config.padTokenId().orElse(-1);
        SDVariable x = layers.embedding(parameter(new TokenEmbedding()), paddingId); // [rows, hidden]
        x = norm(x, new EmbeddingNorm(Part.WEIGHT), new EmbeddingNorm(Part.BIAS));
        for (int layer = 0; layer < config.layers(); layer++) {
            x.rename(Network.hiddenState(layer));
            x = layers.residual(x, attention(layer, layer == 0 ? x : norm(x, layer, Role.ATTENTION_NORM)));
            x = layers.residual(x, feedForward(layer, norm(x, layer, Role.MLP_NORM)));
        }
        x.rename(Network.BEFORE_FINAL_NORM);
        x = norm(x, new FinalNorm(Part.WEIGHT), new FinalNorm(Part.BIAS));
        return x.rename(Network.hiddenState(config.layers()));
    }

    private SDVariable attention(int layer, SDVariable x) {
        boolean global = config.attentionKinds().get(layer) == AttentionKind.GLOBAL;
        int radius = global ? Integer.MAX_VALUE : config.slidingRadius();
        SDVariable context = layers.attention(
                linear(x, layer, Role.QUERY),
                linear(x, layer, Role.KEY),
                linear(x, layer, Role.VALUE),
                new Geometry(config.heads(), config.headSize(), radius),
                global ? config.globalTheta() : config.localTheta()); // [rows, hidden]
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

    private SDVariable norm(SDVariable x, int layer, Role role) {
        return norm(x, new LayerParameter(layer, role, Part.WEIGHT), new LayerParameter(layer, role, Part.BIAS));
    }

    private SDVariable norm(SDVariable x, ParameterId weight, ParameterId bias) {
        return layers.layerNorm(x, parameter(weight), parameterOrNull(bias), config.normEps());
    }

    /** One row for each text. */
    SDVariable pool(SDVariable hidden, Pooling pooling) {
        Reduction reduction =
                switch (pooling) {
                    case CLS -> Reduction.FIRST;
                    case MEAN -> Reduction.MEAN;
                };
        return layers.pool(hidden, config.hiddenSize(), reduction).rename(Network.POOLED); // [texts, hidden]
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
