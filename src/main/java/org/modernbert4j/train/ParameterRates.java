package org.modernbert4j.train;

import org.modernbert4j.freeze.Selector;
import org.modernbert4j.model.ParameterId;
import org.modernbert4j.model.ParameterId.FinalNorm;
import org.modernbert4j.model.ParameterId.HeadParameter;
import org.modernbert4j.model.ParameterId.LayerParameter;

/**
 * The learning rate and the weight decay of each parameter.
 *
 * @param encoder learning rate of the encoder's last layer and final norm
 * @param head learning rate of the head
 * @param layerDecay factor of the learning rate from one layer to that below; 1 for one rate everywhere
 * @param weightDecay share of a parameter, times its learning rate, that each step takes off
 * @param noDecay parameters that are not decayed
 */
public record ParameterRates(double encoder, double head, double layerDecay, double weightDecay, Selector noDecay) {
    /** Refuses rates, factors and decays that are negative or no finite numbers. */
    public ParameterRates {
        require("learning rate", encoder);
        require("head's learning rate", head);
        require("layer decay", layerDecay);
        require("weight decay", weightDecay);
    }

    private static void require(String name, double value) {
        if (!(value >= 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException(name + " " + value + ": must be a number from 0 up");
        }
    }

    /** One learning rate and one decay for everything, as torch.optim.AdamW has by default. */
    public static ParameterRates uniform(double learningRate, double weightDecay) {
        return new ParameterRates(learningRate, learningRate, 1, weightDecay, Selector.parse("none"));
    }

    /**
     * The learning rate of a parameter.
     *
     * @param layers of the encoder
     */
    public double learningRate(ParameterId id, int layers) {
        if (id instanceof HeadParameter) {
            return head;
        }
        int above;
        if (id instanceof FinalNorm) {
            above = 0;
        } else if (id instanceof LayerParameter layer) {
            above = layers - 1 - layer.layer();
        } else {
            above = layers; // the embeddings lie below all layers
        }
        return encoder * Math.pow(layerDecay, above);
    }

    /** The weight decay of a parameter. */
    public double weightDecay(ParameterId id) {
        return noDecay.matches(id) ? 0 : weightDecay;
    }
}
