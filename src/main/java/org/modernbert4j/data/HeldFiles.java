package org.modernbert4j.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.modernbert4j.InputException;

/** Reads files of texts to measure on. Their labels are those of the data; rows with an excluded one are left out here too. */
final class HeldFiles {
    private final LabelledData data;
    private final LabelColumn column;
    private final Set<String> labels;
    private final List<RowCounts> rows;

    /**
     * @param column the type of the labels of the data
     * @param labels that texts to learn from have
     * @param rows receives what became of the rows of each file
     */
    HeldFiles(LabelledData data, LabelColumn column, Labels labels, List<RowCounts> rows) {
        this.data = data;
        this.column = column;
        this.labels = new HashSet<>(labels.names());
        this.rows = rows;
    }

    /**
     * All texts of a file.
     *
     * @throws InputException if the file cannot be used, has a label that the data lack, or nothing but excluded labels
     */
    Selection.Part read(Path file) {
        List<Example> examples = new ArrayList<>();
        int[] without = new int[3];
        Tables tables = Tables.scan(List.of(file), data.reading(), row -> {
            if (!row.isComplete()) {
                without[row.label().isEmpty() ? 0 : 1]++;
                return;
            }
            String label = column.print(row.word());
            if (data.excludedLabels().contains(label)) {
                without[2]++;
            } else {
                requireKnown(file, row, label);
                examples.add(row.example(label));
            }
        });
        if (examples.isEmpty()) {
            throw new InputException(file + ": found excluded labels alone in its " + without[2]
                    + " texts, expected some to measure on; exclude fewer, or use another file");
        }
        int all = examples.size() + without[0] + without[1] + without[2];
        rows.add(new RowCounts(file.toString(), all, without[0], without[1], without[2], 0));
        return new Selection.Part(tables, List.copyOf(examples));
    }

    private void requireKnown(Path file, LabelledRow row, String label) {
        if (!labels.contains(label)) {
            throw new InputException(
                    "%s line %d: found the label \"%s\", which no training text of %s has, expected one of its %d labels; correct it, take the row out, or leave the label out with --exclude-labels"
                            .formatted(file, row.line(), label, Tables.names(data.files()), labels.size()));
        }
    }
}
