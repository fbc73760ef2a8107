package org.modernbert4j.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.modernbert4j.InputException;

/** One draw of texts from the files of the data. The files are read once for the labels, and once for the texts. */
final class Drawing {
    private final LabelledData data;
    private final Tables tables;
    private final LabelColumn column;

    /** The complete rows of each word in the column of the labels. */
    private final Map<String, Integer> words = new LinkedHashMap<>();

    /** The words of that column that count as missing, and their rows; not the empty one. */
    private final Map<String, Integer> missing = new TreeMap<>();

    /** The label of each word, as it is printed. */
    private final Map<String, String> labels = new HashMap<>();

    private int rows;
    private int withoutLabel;
    private int withoutText;

    /** Complete rows whose label is not excluded. */
    private final int kept;

    private int drawn;

    /** Reads the labels. */
    Drawing(LabelledData data) {
        this.data = data;
        tables = Tables.scan(data.files(), data.reading(), this::count);
        column = data.reading().labelType() == LabelType.TEXT
                ? LabelColumn.TEXT
                : LabelColumn.of(words.keySet(), withoutLabel > 0);
        Map<String, String> printed = new HashMap<>();
        words.keySet().forEach(word -> labels.put(word, printed.computeIfAbsent(column.print(word), name -> name)));
        kept = words.entrySet().stream()
                .filter(word -> !isExcluded(word.getKey()))
                .mapToInt(Map.Entry::getValue)
                .sum();
        if (kept == 0) {
            throw new InputException(tables + ": labels to exclude: no text is left without them; exclude fewer");
        }
    }

    private void count(LabelledRow row) {
        rows++;
        row.label().ifPresent(word -> words.merge(word, row.isComplete() ? 1 : 0, Integer::sum));
        if (row.label().isEmpty()) {
            withoutLabel++;
            if (!row.word().isEmpty()) {
                missing.merge(row.word(), 1, Integer::sum);
            }
        } else if (!row.isComplete()) {
            withoutText++;
        }
    }

    private boolean isExcluded(String word) {
        return data.excludedLabels().contains(labels.getOrDefault(word, word));
    }

    /** The type of the labels. */
    LabelColumn column() {
        return column;
    }

    Tables tables() {
        return tables;
    }

    /** The texts of the sample, in its order; of all texts, where no sample is asked for, the first ones. */
    List<Example> draw() {
        int[] order = data.sample() < 1 ? sample() : IntStream.range(0, kept).toArray();
        int size = Math.min(data.limit().orElse(Integer.MAX_VALUE), order.length);
        int[] placeOf = new int[kept];
        Arrays.fill(placeOf, -1);
        for (int place = 0; place < size; place++) {
            placeOf[order[place]] = place;
        }
        Example[] sample = new Example[size];
        int[] number = new int[1];
        scanKept(row -> {
            int next = number[0]++;
            if (next < kept && placeOf[next] >= 0) {
                sample[placeOf[next]] = row.example(labels.getOrDefault(row.word(), row.word()));
            }
        });
        if (number[0] != kept) {
            throw new InputException(tables + ": found " + number[0] + " texts, expected the " + kept
                    + " of a moment ago; do not change the file while it is read");
        }
        drawn = size;
        return List.of(sample);
    }

    private int[] sample() {
        try {
            return Sampling.sampleOf(kept, data.sample(), data.seed());
        } catch (InputException e) {
            throw new InputException(tables + ": " + e.getMessage(), e);
        }
    }

    private void scanKept(Consumer<LabelledRow> each) {
        Tables.scan(data.files(), data.reading(), row -> {
            if (row.isComplete() && !isExcluded(row.word())) {
                each.accept(row);
            }
        });
    }

    /** What became of the rows, once texts are drawn. */
    RowCounts counts() {
        int complete = rows - withoutLabel - withoutText;
        return new RowCounts(tables.toString(), rows, withoutLabel, withoutText, complete - kept, kept - drawn);
    }

    /** The words that rows without a label have there, such as {@code 3 rows have the label "None"}; empty if there are none. */
    Optional<String> missingLabels() {
        int count = missing.values().stream().mapToInt(i -> i).sum();
        return count == 0
                ? Optional.empty()
                : Optional.of(count + " rows have the label "
                        + missing.keySet().stream()
                                .map(word -> '"' + word + '"')
                                .collect(Collectors.joining(" or "))
                        + ", which counts as missing");
    }

    List<String> notes() {
        List<String> notes = new ArrayList<>();
        missingLabels().ifPresent(found -> notes.add(tables + ": " + found + "; add --keep-na if it is a label"));
        Set<String> absent = new TreeSet<>(data.excludedLabels());
        absent.removeAll(labels.values());
        absent.forEach(label -> notes.add(tables + ": no text has the excluded label " + label + meant(label)));
        return notes;
    }

    /** What to write where a label is spelt otherwise here, as pandas types the column. */
    private String meant(String absent) {
        String printed = column.print(absent);
        return !printed.equals(absent) && labels.containsValue(printed)
                ? "; the label is \"" + printed + "\" here, as pandas types the column"
                : withComma(absent);
    }

    /** What to do if a label was cut at its comma. */
    private String withComma(String part) {
        return labels.values().stream()
                .filter(label ->
                        label.contains(",") && List.of(label.split(",")).contains(part))
                .findFirst()
                .map(label -> "; for the label \"" + label + "\" write '\"" + label + "\"'")
                .orElse("");
    }
}
