package org.modernbert4j.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonValue;
import org.modernbert4j.model.ModernBertConfig.Classifier;

/**
 * The names of a classifier's classes, as transformers reads them: class i has the name of id i in {@code id2label}, or {@code
 * LABEL_i} where there is none; {@code label2id} is not read.
 *
 * @param names in the order of the classes
 * @param notes what is odd about them, one line each
 */
record LabelNames(List<String> names, List<String> notes) {
    private static final String IDS = "id2label";
    private static final String COUNT = "num_labels";

    /** As many as transformers gives a classifier whose configuration does not tell. */
    private static final int USUAL = 2;

    /** @param publishedClass what the weights were saved from */
    static LabelNames read(JsonFields fields, Optional<String> publishedClass) {
        Map<Integer, String> named = named(fields);
        boolean areNamed = fields.get(IDS).isSet();
        int usual = publishedClass.equals(Optional.of(PublishedHead.CLASS)) ? USUAL : 0;
        int count = fields.find(COUNT).map(value -> value.integerFrom(0)).orElse(areNamed ? named.size() : usual);
        if (count > Classifier.MOST_LABELS) {
            throw fields.error(COUNT, count, "at most " + Classifier.MOST_LABELS);
        }
        List<String> names = new ArrayList<>();
        for (int id = 0; id < count; id++) {
            String usualName = "LABEL_" + id;
            String name = named.size() == count ? named.getOrDefault(id, usualName) : usualName;
            names.add(name.isEmpty() ? usualName : name);
        }
        return new LabelNames(List.copyOf(names), areNamed ? notes(named, count) : List.of());
    }

    /** The names by their ids; empty ones for null. */
    private static Map<Integer, String> named(JsonFields fields) {
        JsonFields given = fields.fieldsOrNone(IDS);
        Map<Integer, String> named = new TreeMap<>();
        for (String key : given.names()) {
            JsonValue name = given.get(key);
            try {
                named.put(Integer.parseInt(key.strip()), name.isSet() ? name.scalar() : "");
            } catch (NumberFormatException e) {
                throw fields.error(IDS, key, "the numbers of the classes, from 0 on");
            }
        }
        return named;
    }

    private static List<String> notes(Map<Integer, String> named, int count) {
        if (named.size() != count) {
            return List.of("num_labels is %d, but id2label has %d names: the classes are called LABEL_0 and so on"
                    .formatted(count, named.size()));
        }
        Optional<String> nameless = named.entrySet().stream()
                .filter(name -> name.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .filter(id -> id >= 0 && id < count)
                .findFirst()
                .map("id2label has an empty name for id %1$d: this class is called LABEL_%1$d"::formatted);
        Optional<String> outside = named.keySet().stream()
                .filter(id -> id < 0 || id >= count)
                .findFirst()
                .map(id ->
                        ("id2label has the ids %s, but the classes are 0 to %d: id %d names none of them, and a class"
                                        + " without a name is called LABEL_ and its number")
                                .formatted(named.keySet(), count - 1, id));
        return Stream.of(outside, nameless).flatMap(Optional::stream).toList();
    }
}
