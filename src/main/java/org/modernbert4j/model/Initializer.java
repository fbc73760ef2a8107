package org.modernbert4j.model;

import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import org.modernbert4j.model.ParameterId.EmbeddingNorm;
import org.modernbert4j.model.ParameterId.FinalNorm;
import org.modernbert4j.model.ParameterId.HeadParameter;
import org.modernbert4j.model.ParameterId.LayerParameter;
import org.modernbert4j.model.ParameterId.Part;

/**
 * Fresh values for parameters that no checkpoint holds: the distributions of ModernBERT's own initialisation in transformers, and
 * torch's defaults for the pooled and LSTM heads. A parameter's values depend on the seed and its name alone.
 *
 * @param config sizes and ranges
 * @param seed of the random numbers
 */
public record Initializer(ModernBertConfig config, long seed) {
    /**
     * Fills a parameter.
     *
     * @param id which parameter
     * @param into its memory, from the first element to the limit
     */
    public void fill(ParameterId id, FloatBuffer into) {
        SplittableRandom random =
                new SplittableRandom(seed * 0x9E3779B97F4A7C15L + id.name().hashCode());
        if (isOne(id)) {
            fillWith(into, 1f);
        } else if (isZero(id)) {
            fillWith(into, 0f);
        } else if (id instanceof HeadParameter head && isTorchDefault(head)) {
            double bound = 1 / Math.sqrt(config.hiddenSize());
            for (int i = 0; i < into.limit(); i++) {
                into.put(i, (float) ((2 * random.nextDouble() - 1) * bound));
            }
        } else {
            double deviation = deviation(id);
            for (int i = 0; i < into.limit(); i++) {
                into.put(i, (float) (deviation * truncatedNormal(random)));
            }
        }
    }

    private static void fillWith(FloatBuffer into, float value) {
        for (int i = 0; i < into.limit(); i++) {
            into.put(i, value);
        }
    }

    private static boolean isOne(ParameterId id) {
        return (id instanceof EmbeddingNorm norm && norm.part() == Part.WEIGHT)
                || (id instanceof FinalNorm last && last.part() == Part.WEIGHT)
                || (id instanceof LayerParameter layer && layer.role().isNorm() && layer.part() == Part.WEIGHT)
                || id.equals(new HeadParameter("norm", "weight"));
    }

    private static boolean isZero(ParameterId id) {
        return id.name().endsWith(".bias") && !(id instanceof HeadParameter head && isTorchDefault(head));
    }

    private static boolean isTorchDefault(HeadParameter head) {
        return head.module().equals("fc") || head.module().equals("lstm");
    }

    private double deviation(ParameterId id) {
        double out = config.initializerRange() / Math.sqrt(2.0 * config.layers());
        if (id instanceof LayerParameter layer) {
            return switch (layer.role()) {
                case ATTENTION_OUTPUT, MLP_OUTPUT -> out;
                default -> config.initializerRange();
            };
        }
        if (id instanceof HeadParameter head) {
            return head.module().equals("classifier") ? 1 / Math.sqrt(config.hiddenSize()) : out;
        }
        return config.initializerRange();
    }

    private double truncatedNormal(SplittableRandom random) {
        double value = random.nextGaussian();
        while (Math.abs(value) > config.initializerCutoffFactor()) {
            value = random.nextGaussian();
        }
        return value;
    }
}
