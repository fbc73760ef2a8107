package org.modernbert4j.freeze;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.model.Place;

/** Says what trains; layers in which the same trains are told together. */
final class Description {
    private final EpochPlan plan;
    private final List<String> parts = new ArrayList<>();

    private Description(EpochPlan plan) {
        this.plan = plan;
    }

    static String of(EpochPlan plan) {
        Description description = new Description(plan);
        description.add(new Place.Embeddings());
        description.addLayers();
        description.add(new Place.FinalNorm());
        description.add(new Place.Head());
        return String.join(", ", description.parts);
    }

    private void add(Place place) {
        switch (plan.coverage(place)) {
            case WHOLE -> parts.add(place.toString());
            case PART ->
                plan.trainable().stream()
                        .filter(parameter -> parameter.place().equals(place))
                        .map(Parameter::name)
                        .forEach(parts::add);
            case NONE -> {}
        }
    }

    private void addLayers() {
        Map<Map<String, Coverage>, List<Integer>> alike = new LinkedHashMap<>();
        for (int layer = 0; layer < plan.architecture().config().encoder().layers(); layer++) {
            alike.computeIfAbsent(coverage(layer), key -> new ArrayList<>()).add(layer);
        }
        alike.forEach((coverage, layers) -> {
            String numbers = (layers.size() == 1 ? "layer " : "layers ") + runs(layers);
            if (coverage.values().stream().allMatch(c -> c == Coverage.WHOLE)) {
                parts.add(numbers);
            } else {
                addComponents(coverage, Coverage.WHOLE, numbers);
                addComponents(coverage, Coverage.PART, numbers);
            }
        });
    }

    private Map<String, Coverage> coverage(int layer) {
        Map<String, Coverage> coverage = new LinkedHashMap<>();
        plan.components().forEach(component -> coverage.put(component, plan.coverage(layer, component)));
        return coverage;
    }

    private void addComponents(Map<String, Coverage> coverage, Coverage wanted, String layers) {
        String components = coverage.keySet().stream()
                .filter(component -> coverage.get(component) == wanted)
                .collect(Collectors.joining(" "));
        if (!components.isEmpty()) {
            parts.add((wanted == Coverage.PART ? "part of " : "") + components + " of " + layers);
        }
    }

    /** {@code 0-3 5 7-9}. */
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
}
