package org.modernbert4j.model;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.modernbert4j.model.ParameterId.EmbeddingNorm;
import org.modernbert4j.model.ParameterId.FinalNorm;
import org.modernbert4j.model.ParameterId.LayerParameter;
import org.modernbert4j.model.ParameterId.Part;
import org.modernbert4j.model.ParameterId.Role;
import org.modernbert4j.model.ParameterId.TokenEmbedding;

/**
 * Which parameters a network has and what shape each is: all that can be known without weights.
 *
 * @param config the encoder
 * @param head what stands on it
 * @param shapes the shape of each parameter, from the embedding up to the head
 */
public record Architecture(ModernBertConfig config, Head head, Map<ParameterId, long[]> shapes) {
    /** The architecture of an encoder with a head. */
    public static Architecture of(ModernBertConfig config, Head head) {
        Map<ParameterId, long[]> shapes = encoder(config);
        shapes.putAll(head.shapes(config));
        return new Architecture(config, head, shapes);
    }

    /** Number of scalars in all parameters. */
    public long parameters() {
        return shapes.keySet().stream().mapToLong(this::parameters).sum();
    }

    /** Number of scalars in one parameter. */
    public long parameters(ParameterId id) {
        return elements(shapes.get(id));
    }

    /** Number of scalars in an array of a shape. */
    public static long elements(long[] shape) {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    /** The shape of each parameter of the encoder alone, from the embedding up to the final norm. */
    public static Map<ParameterId, long[]> encoder(ModernBertConfig config) {
        Map<ParameterId, long[]> shapes = new LinkedHashMap<>();
        long hidden = config.hiddenSize();
        long intermediate = config.intermediateSize();
        shapes.put(new TokenEmbedding(), new long[] {config.vocabularySize(), hidden});
        for (Part part : norm(config)) {
            shapes.put(new EmbeddingNorm(part), new long[] {hidden});
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            for (Role role : Role.values()) {
                if (layer == 0 && role == Role.ATTENTION_NORM) {
                    continue;
                }
                for (Part part : parts(config, role)) {
                    long[] matrix =
                            switch (role) {
                                case ATTENTION_NORM, MLP_NORM -> new long[] {hidden};
                                case QUERY, KEY, VALUE, ATTENTION_OUTPUT -> new long[] {hidden, hidden};
                                case MLP_INPUT -> new long[] {2 * intermediate, hidden};
                                case MLP_OUTPUT -> new long[] {hidden, intermediate};
                            };
                    shapes.put(
                            new LayerParameter(layer, role, part),
                            part == Part.WEIGHT ? matrix : new long[] {matrix[0]});
                }
            }
        }
        for (Part part : norm(config)) {
            shapes.put(new FinalNorm(part), new long[] {hidden});
        }
        return shapes;
    }

    private static Part[] norm(ModernBertConfig config) {
        return parts(config.normBias());
    }

    private static Part[] parts(ModernBertConfig config, Role role) {
        return switch (role) {
            case ATTENTION_NORM, MLP_NORM -> norm(config);
            case QUERY, KEY, VALUE, ATTENTION_OUTPUT -> parts(config.attentionBias());
            case MLP_INPUT, MLP_OUTPUT -> parts(config.mlpBias());
        };
    }

    static Part[] parts(boolean bias) {
        return bias ? Part.values() : new Part[] {Part.WEIGHT};
    }
}
