package org.modernbert4j.freeze;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.model.Place;

/**
 * The parameters that train in one epoch.
 *
 * @param epoch from 0
 * @param architecture the network
 * @param trainable the parameters that train, in the network's order; at least one
 * @param lowest the lowest place with a trainable parameter; the backward pass ends there
 * @param frozenBelow the lowest place with a trainable parameter in this or a later epoch; the output of the places below it no
 *     longer changes
 */
public record EpochPlan(
        int epoch, Architecture architecture, Set<Parameter> trainable, Place lowest, Place frozenBelow) {
    /** Whether none, some or all of a group of parameters train. */
    public enum Coverage {
        /** None. */
        NONE,
        /** Some. */
        PART,
        /** All. */
        WHOLE
    }

    /** Number of scalars that train. */
    public long parameters() {
        return trainable.stream().mapToLong(Parameter::elements).sum();
    }

    /** The share of the network's scalars that train, from 0 to 1. */
    public double share() {
        return (double) parameters() / architecture.elements();
    }

    /** Whether none, some or all of a place trains. */
    public Coverage coverage(Place place) {
        return coverage(parameter -> parameter.place().equals(place));
    }

    /**
     * Whether none, some or all of a layer's component trains.
     *
     * @param layer from 0
     * @param component one of {@link #components}
     */
    public Coverage coverage(int layer, String component) {
        Place place = Place.layer(layer);
        return coverage(parameter ->
                parameter.place().equals(place) && parameter.component().equals(component));
    }

    private Coverage coverage(Predicate<Parameter> of) {
        long trained = trainable.stream().filter(of).count();
        if (trained == 0) {
            return Coverage.NONE;
        }
        long all = architecture.parameters().stream().filter(of).count();
        return trained == all ? Coverage.WHOLE : Coverage.PART;
    }

    /** The components of a layer: first its norms, then the others in the order of use. */
    public List<String> components() {
        return architecture.parameters().stream()
                .filter(parameter -> parameter.place().layer().isPresent())
                .sorted(Comparator.comparing(parameter -> !parameter.kind().isNorm()))
                .map(Parameter::component)
                .distinct()
                .toList();
    }

    /**
     * A short description of what trains, from the embeddings up: {@code embeddings, q k v of layers 0-10, final norm, head}.
     * Layers with the same trainable components are listed together.
     */
    public String description() {
        List<String> parts = new ArrayList<>();
        describe(Place.EMBEDDINGS, parts);
        describeLayers(parts);
        describe(Place.FINAL_NORM, parts);
        describe(Place.HEAD, parts);
        return String.join(", ", parts);
    }

    private void describe(Place place, List<String> parts) {
        switch (coverage(place)) {
            case WHOLE -> parts.add(place.toString());
            case PART ->
                trainable.stream()
                        .filter(parameter -> parameter.place().equals(place))
                        .map(Parameter::name)
                        .forEach(parts::add);
            case NONE -> {}
        }
    }

    private void describeLayers(List<String> parts) {
        Map<Map<String, Coverage>, List<Integer>> alike = new LinkedHashMap<>();
        for (int i = 0; i < architecture.config().encoder().layers(); i++) {
            int layer = i;
            Map<String, Coverage> coverage = new LinkedHashMap<>();
            components().forEach(component -> coverage.put(component, coverage(layer, component)));
            alike.computeIfAbsent(coverage, key -> new ArrayList<>()).add(layer);
        }
        alike.forEach((coverage, layers) -> {
            String numbers = (layers.size() == 1 ? "layer " : "layers ") + runs(layers);
            if (coverage.values().stream().allMatch(c -> c == Coverage.WHOLE)) {
                parts.add(numbers);
            } else {
                describeComponents("", coverage, Coverage.WHOLE, numbers, parts);
                describeComponents("part of ", coverage, Coverage.PART, numbers, parts);
            }
        });
    }

    private static void describeComponents(
            String prefix, Map<String, Coverage> coverage, Coverage only, String layers, List<String> parts) {
        String components = coverage.keySet().stream()
                .filter(component -> coverage.get(component) == only)
                .collect(Collectors.joining(" "));
        if (!components.isEmpty()) {
            parts.add(prefix + components + " of " + layers);
        }
    }

    /** Ascending numbers as ranges: {@code 0-3 5 7-9}. */
    private static String runs(List<Integer> numbers) {
        List<String> runs = new ArrayList<>();
        int begin = 0;
        for (int i = 1; i <= numbers.size(); i++) {
            if (i == numbers.size() || numbers.get(i) != numbers.get(i - 1) + 1) {
                int first = numbers.get(begin);
                int last = numbers.get(i - 1);
                runs.add(first == last ? String.valueOf(first) : first + "-" + last);
                begin = i;
            }
        }
        return String.join(" ", runs);
    }

    /** The plan of the epoch in one line of text. */
    @Override
    public String toString() {
        return "epoch " + (epoch + 1) + ": " + details();
    }

    /** The same without the number of the epoch. */
    public String details() {
        return String.format(
                Locale.ROOT,
                "%,d of %,d (%.2f %%): %s; backward pass ends at: %s; frozen from now on: %s",
                parameters(),
                architecture.elements(),
                100 * share(),
                description(),
                lowest,
                frozenBelow.equals(Place.EMBEDDINGS) ? "nothing" : "all below " + frozenBelow);
    }
}
