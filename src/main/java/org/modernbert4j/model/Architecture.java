package org.modernbert4j.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The structure of a network, without its weights: an encoder, with or without a head.
 *
 * @param config sizes and settings of the encoder
 * @param head the head on the encoder; empty for none
 * @param parameters of encoder and head, in the order of use, from the embedding to the head
 * @param headReads names of the encoder's values that the head reads
 */
public record Architecture(
        ModernBertConfig config, Optional<Head> head, List<Parameter> parameters, Set<String> headReads) {
    /** Keeps its own copies. */
    public Architecture {
        parameters = List.copyOf(parameters);
        headReads = Set.copyOf(headReads);
    }

    /** An encoder without a head. */
    public static Architecture of(ModernBertConfig config) {
        return of(config, Optional.empty());
    }

    /** An encoder with a head. */
    public static Architecture of(ModernBertConfig config, Head head) {
        return of(config, Optional.of(head));
    }

    private static Architecture of(ModernBertConfig config, Optional<Head> head) {
        Set<Parameter> declared = new LinkedHashSet<>();
        ModernBert<Void> encoder = new ModernBert<>(config, new ParameterLayers(), parameter -> {
            declared.add(parameter);
            return null;
        });
        logits(encoder, head);
        List<Parameter> ordered = new ArrayList<>(declared);
        ordered.sort(Comparator.comparing(Parameter::place));
        return new Architecture(config, head, ordered, encoder.read());
    }

    /**
     * Builds the network. With a head, only the part of the encoder that the head reads is built; without a head, all of it.
     *
     * @param encoder an encoder with this configuration, which holds the layers to build from
     * @return the head's logits; empty without a head
     */
    public <T> Optional<T> logits(ModernBert<T> encoder) {
        return logits(encoder, head);
    }

    private static <T> Optional<T> logits(ModernBert<T> encoder, Optional<Head> head) {
        if (head.isEmpty()) {
            encoder.encode();
        }
        return head.map(present -> present.logits(encoder));
    }

    /**
     * Initial weights.
     *
     * @param backend allocates the arrays
     * @param seed of the random numbers
     * @return an array for each parameter, in the order of {@link #parameters}; the caller closes the arrays
     */
    public Map<Parameter, Array> initialWeights(Backend backend, long seed) {
        Map<Parameter, Array> weights = new LinkedHashMap<>();
        for (Parameter parameter : parameters) {
            Array array = backend.allocate(DataType.FLOAT, parameter.dimensions());
            backend.write(array, memory -> parameter.initialization().fill(parameter.name(), seed, memory));
            weights.put(parameter, array);
        }
        return weights;
    }

    /** Number of scalars in all parameters. */
    public long elements() {
        return parameters.stream().mapToLong(Parameter::elements).sum();
    }

    /** The parameters of the head. */
    public List<Parameter> ofHead() {
        return parameters.stream().filter(Parameter::isOfHead).toList();
    }

    /** The head; throws {@link IllegalStateException} if there is none. */
    public Head requireHead() {
        return head.orElseThrow(() -> new IllegalStateException("this network has no head"));
    }
}
