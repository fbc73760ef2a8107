package org.modernbert4j.optim;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.modernbert4j.SettingException;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.model.Place;

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
    /**
     * What holds for one parameter.
     *
     * @param learningRate step length
     * @param weightDecay share of it, times the learning rate, that a step takes off
     */
    public record Rate(double learningRate, double weightDecay) {}

    /** Refuses rates, factors and decays that are negative or no finite numbers. */
    public ParameterRates {
        require("learning rate", encoder);
        require("head learning rate", head);
        require("layer decay", layerDecay);
        require("weight decay", weightDecay);
    }

    private static void require(String name, double value) {
        SettingException.requireRange(value >= 0 && Double.isFinite(value), name, value, "a number from 0 up");
    }

    /** One learning rate and one decay for everything, as torch.optim.AdamW has by default. */
    public static ParameterRates uniform(double learningRate, double weightDecay) {
        return new ParameterRates(learningRate, learningRate, 1, weightDecay, Selector.parse("none"));
    }

    /**
     * The rates of a network's parameters.
     *
     * @throws org.modernbert4j.InputException if the network lacks a parameter that is named as not decayed
     */
    public Map<Parameter, Rate> of(Architecture architecture) {
        Set<Parameter> spared = noDecay.select(architecture);
        int layers = architecture.config().encoder().layers();
        Map<Parameter, Rate> rates = new LinkedHashMap<>();
        for (Parameter parameter : architecture.parameters()) {
            double decay = spared.contains(parameter) ? 0 : weightDecay;
            rates.put(parameter, new Rate(learningRate(parameter.place(), layers), decay));
        }
        return rates;
    }

    private double learningRate(Place place, int layers) {
        if (place.equals(Place.HEAD)) {
            return head;
        }
        if (place.equals(Place.FINAL_NORM)) {
            return encoder;
        }
        int below = place.layer().isPresent() ? place.layer().getAsInt() + 1 : 0; // the embeddings lie below all layers
        return encoder * StrictMath.pow(layerDecay, layers - below);
    }
}
