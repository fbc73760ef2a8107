package org.modernbert4j.data;

import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.modernbert4j.Numbers;

/** What is odd about labels, one line each. */
final class LabelNotes {
    private LabelNotes() {}

    /** Labels that a reader would take for the same: they differ only by white space, case or Unicode normal form. */
    static List<String> alike(Labels labels) {
        Map<String, List<String>> byLook = labels.names().stream()
                .collect(Collectors.groupingBy(LabelNotes::look, LinkedHashMap::new, Collectors.toList()));
        List<String> notes = new ArrayList<>();
        byLook.values().stream()
                .filter(names -> names.size() > 1)
                .map(names -> names.stream().map(name -> '"' + name + '"').collect(Collectors.joining(" and ")))
                .forEach(names -> notes.add(
                        "the labels " + names + " differ only by white space, case or Unicode form, and count as"
                                + " different; make them equal if they mean the same"));
        return notes;
    }

    private static String look(String label) {
        String composed = Normalizer.normalize(label, Normalizer.Form.NFKC);
        return composed.replaceAll("(?U)\\s+", " ").strip().toLowerCase(Locale.ROOT);
    }

    /** The validation texts, if all have one label although there are others. */
    static List<String> validation(List<Example> held, Labels labels) {
        Set<String> found = held.stream().map(Example::label).collect(Collectors.toSet());
        return found.size() == 1 && labels.names().size() > 1
                ? List.of("all %d texts for validation have the label \"%s\": their measures say little; use more"
                                .formatted(held.size(), found.iterator().next())
                        + " texts or a larger validation share")
                : List.of();
    }

    /** Texts to measure on that are there for another purpose too. */
    static List<String> known(Path file, Selection.Part measured, Selection.Part other, String purpose) {
        Set<String> texts = other.examples().stream().map(Example::text).collect(Collectors.toSet());
        long same = measured.examples().stream()
                .filter(example -> texts.contains(example.text()))
                .count();
        return same == 0
                ? List.of()
                : List.of(
                        "%s: %s of its %s texts are %s texts too, so that it says less of new texts; take them out of one"
                                .formatted(
                                        file,
                                        Numbers.count(same),
                                        Numbers.count(measured.examples().size()),
                                        purpose));
    }
}
