package org.modernbert4j.model;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.modernbert4j.ops.Layers;

/**
 * An encoder, with or without a head: all that can be known of a network without weights.
 *
 * @param config the encoder
 * @param head what stands on it; empty for none
 * @param parameters of both, from the embedding up to the head, in the order in which they are used
 * @param headReads the values of the encoder that the head reads, by name
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
        Built<Void> built = build(config, head, new ParameterLayers(), parameter -> {
            declared.add(parameter);
            return null;
        });
        List<Parameter> ordered = new ArrayList<>(declared);
        ordered.sort((one, other) -> one.place().compareTo(other.place()));
        return new Architecture(config, head, ordered, built.encoder.read());
    }

    /**
     * What was built of a network.
     *
     * @param encoder as far as the head reads it; all of it without one
     * @param logits of the head; empty without one
     */
    public record Built<T>(ModernBert<T> encoder, Optional<T> logits) {}

    /**
     * Builds the network from layers.
     *
     * @param layers what it is built from
     * @param parameters gives the value of a parameter that is declared; called at each use
     */
    public <T> Built<T> build(Layers<T> layers, Function<Parameter, T> parameters) {
        return build(config, head, layers, parameters);
    }

    private static <T> Built<T> build(
            ModernBertConfig config, Optional<Head> head, Layers<T> layers, Function<Parameter, T> parameters) {
        ModernBert<T> encoder = new ModernBert<>(config, layers, parameters);
        if (head.isEmpty()) {
            encoder.encode();
        }
        return new Built<>(encoder, head.map(present -> present.logits(encoder)));
    }

    /** Number of scalars in all parameters. */
    public long elements() {
        return parameters.stream().mapToLong(Parameter::elements).sum();
    }

    /** The parameters of the head. */
    public List<Parameter> ofHead() {
        return parameters.stream().filter(Parameter::isOfHead).toList();
    }

    /** The head; for uses that need one. */
    public Head requireHead() {
        return head.orElseThrow(() -> new IllegalStateException("this network has no head"));
    }
}
