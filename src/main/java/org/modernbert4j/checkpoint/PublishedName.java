package org.modernbert4j.checkpoint;

import java.util.Arrays;
import java.util.List;
import org.modernbert4j.model.ParameterId;
import org.modernbert4j.model.ParameterId.EmbeddingNorm;
import org.modernbert4j.model.ParameterId.FinalNorm;
import org.modernbert4j.model.ParameterId.HeadParameter;
import org.modernbert4j.model.ParameterId.LayerParameter;
import org.modernbert4j.model.ParameterId.TokenEmbedding;

/**
 * Where a published checkpoint keeps a parameter. Query, key and value are thirds of one tensor, in that order along the first
 * dimension; every other parameter is a tensor of its own.
 *
 * @param tensor the tensor's name; encoder tensors without {@link #ENCODER_PREFIX}
 * @param encoder whether it belongs to the encoder
 * @param third 0, 1 or 2 for a third of the tensor, or {@link #WHOLE}
 */
public record PublishedName(String tensor, boolean encoder, int third) {
    /** What encoder tensors begin with in a checkpoint that has a head. */
    public static final String ENCODER_PREFIX = "model.";

    /** The parameter is the whole tensor. */
    public static final int WHOLE = -1;

    /** Where a parameter is kept. */
    public static PublishedName of(ParameterId id) {
        if (id instanceof LayerParameter layer) {
            String prefix = "layers." + layer.layer() + ".";
            return switch (layer.role()) {
                case ATTENTION_NORM -> encoder(prefix + "attn_norm." + layer.part(), WHOLE);
                case QUERY -> encoder(prefix + "attn.Wqkv." + layer.part(), 0);
                case KEY -> encoder(prefix + "attn.Wqkv." + layer.part(), 1);
                case VALUE -> encoder(prefix + "attn.Wqkv." + layer.part(), 2);
                case ATTENTION_OUTPUT -> encoder(prefix + "attn.Wo." + layer.part(), WHOLE);
                case MLP_NORM -> encoder(prefix + "mlp_norm." + layer.part(), WHOLE);
                case MLP_INPUT -> encoder(prefix + "mlp.Wi." + layer.part(), WHOLE);
                case MLP_OUTPUT -> encoder(prefix + "mlp.Wo." + layer.part(), WHOLE);
            };
        }
        if (id instanceof TokenEmbedding || id instanceof EmbeddingNorm || id instanceof FinalNorm) {
            return encoder(id.name(), WHOLE);
        }
        if (id instanceof HeadParameter head) {
            boolean prediction = head.module().equals("dense") || head.module().equals("norm");
            return new PublishedName(
                    (prediction ? "head." : "") + head.module() + "." + head.parameter(), false, WHOLE);
        }
        throw new IllegalArgumentException("no published name for " + id);
    }

    private static PublishedName encoder(String tensor, int third) {
        return new PublishedName(tensor, true, third);
    }

    /** The tensor's full name. */
    public String withPrefix(String encoderPrefix) {
        return encoder ? encoderPrefix + tensor : tensor;
    }

    /** Whether the parameter is a third of the tensor. */
    public boolean isThird() {
        return third != WHOLE;
    }

    /** The shape of the tensor that holds a parameter of a shape. */
    List<Long> tensorShape(long[] parameter) {
        long[] shape = parameter.clone();
        if (isThird()) {
            shape[0] *= 3;
        }
        return Arrays.stream(shape).boxed().toList();
    }
}
