package org.modernbert4j.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.modernbert4j.InputException;

/**
 * The texts that are used, as the original experiment draws them: complete rows, without the excluded labels, sampled, split.
 *
 * @param rows of the file
 * @param split the texts to learn from and those to measure on
 * @param labels of both, in the order of their first appearance in the sample
 * @param notes what a reader should know of the rest, one line each
 */
public record Selection(int rows, Sampling.Split split, Labels labels, List<String> notes) {
    /** Copies the list. */
    public Selection {
        notes = List.copyOf(notes);
    }

    /**
     * Reads and draws texts. The file is read as a stream, and no more texts are kept than are used; for a sample it is read
     * twice, as which rows are in it depends on their number.
     *
     * @param split parts them into texts to learn from and texts to measure on, as the task needs it
     * @throws InputException if the file cannot be used, all texts have the same label, or there are too few texts to split
     */
    public static Selection of(LabelledData data, Function<List<Example>, Sampling.Split> split) {
        Drawing drawing = new Drawing(data);
        List<Example> drawn = drawing.draw();
        try {
            Labels labels = Labels.byFirstAppearance(drawn);
            if (labels.names().size() == 1) {
                throw new InputException(
                        "labels: found only \"" + labels.names().get(0) + "\" in all " + drawn.size()
                                + " texts, expected at least two to tell apart; use another column or more texts");
            }
            Sampling.Split parts = split.apply(drawn);
            List<String> notes = drawing.notes();
            notes.addAll(LabelNotes.alike(labels));
            notes.addAll(LabelNotes.validation(parts, labels));
            return new Selection(drawing.counts.rows(), parts, labels, notes);
        } catch (InputException e) {
            throw new InputException(data.file() + ": " + e.getMessage(), e);
        }
    }

    /** One draw of texts from a file. */
    private static final class Drawing {
        private final LabelledData data;
        private final Set<String> absent;
        private final Map<String, String> labels = new HashMap<>();
        private Dataset.Counts counts;
        private int kept;

        Drawing(LabelledData data) {
            this.data = data;
            absent = new TreeSet<>(data.excludedLabels());
        }

        List<Example> draw() {
            int most = data.limit().orElse(Integer.MAX_VALUE);
            List<Example> first = new ArrayList<>();
            boolean isSample = data.sample() < 1;
            counts = scan(example -> {
                if (!isSample && first.size() < most) {
                    first.add(example);
                }
            });
            Sampling.requireAny(kept, data.file() + ": ");
            return isSample ? sample(most) : first;
        }

        /** Reads the file again and keeps the texts of the sample, in its order. */
        private List<Example> sample(int most) {
            int[] order = order();
            int[] placeOf = new int[kept];
            Arrays.fill(placeOf, -1);
            int size = Math.min(most, order.length);
            for (int place = 0; place < size; place++) {
                placeOf[order[place]] = place;
            }
            Example[] sample = new Example[size];
            int before = kept;
            kept = 0;
            scan(example -> {
                int number = kept - 1;
                if (number < before && placeOf[number] >= 0) {
                    sample[placeOf[number]] = example;
                }
            });
            if (kept != before) {
                throw new InputException(data.file() + ": found " + kept + " texts, expected the " + before
                        + " of a moment ago; do not change the file while it is read");
            }
            return List.of(sample);
        }

        private int[] order() {
            try {
                return Sampling.sampleOf(kept, data.sample(), data.seed());
            } catch (InputException e) {
                throw new InputException(data.file() + ": " + e.getMessage(), e);
            }
        }

        /** Reads the file, and hands on the examples whose label is not excluded; {@link #kept} counts them, the present one too. */
        private Dataset.Counts scan(Consumer<Example> each) {
            return Dataset.scan(data.table(), data.columns(), data.missing(), example -> {
                absent.remove(example.label());
                if (!data.excludedLabels().contains(example.label())) {
                    kept++;
                    String label = labels.computeIfAbsent(example.label(), name -> name);
                    each.accept(new Example(example.row(), example.line(), example.text(), label));
                }
            });
        }

        List<String> notes() {
            List<String> notes = new ArrayList<>();
            if (counts.withoutLabel() + counts.withoutText() > 0) {
                notes.add("%s: dropped %d rows without a label and %d without a text, of %d"
                        .formatted(data.file(), counts.withoutLabel(), counts.withoutText(), counts.rows()));
            }
            absent.forEach(label -> notes.add(data.file() + ": no text has the excluded label " + label));
            return notes;
        }
    }
}
