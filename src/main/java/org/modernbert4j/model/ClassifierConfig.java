package org.modernbert4j.model;

import java.util.HashSet;
import java.util.List;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.ops.Activation;

/**
 * The settings of the published head, the labels those of any head.
 *
 * @param activation inside the prediction head
 * @param pooling which vector of a text the classifier sees
 * @param bias whether the dense layer of the prediction head has a bias
 * @param dropout probability of dropping a number before the classifier, in [0, 1)
 * @param labels names of the classes in order; empty if none are given
 */
public record ClassifierConfig(
        Activation activation, Pooling pooling, boolean bias, double dropout, List<String> labels) {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException for a dropout out of range or a label that is there twice; the message names the field in
     *     {@code config.json}
     */
    public ClassifierConfig {
        labels = List.copyOf(labels);
        Checks.probability("classifier_dropout", dropout);
        Checks.require(
                pooling == Pooling.CLS || pooling == Pooling.MEAN, "classifier_pooling", pooling, "one of [cls, mean]");
        Checks.require(new HashSet<>(labels).size() == labels.size(), "id2label", labels, "no label twice");
    }
}
