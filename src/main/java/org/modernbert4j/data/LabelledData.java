package org.modernbert4j.data;

import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;
import org.modernbert4j.SettingException;

/**
 * Labelled texts in a file, and which of them are used for what.
 *
 * @param table the file
 * @param columns of the texts and the labels
 * @param missing what happens to rows without text or label
 * @param excludedLabels labels whose texts are left out
 * @param sample share of the texts that is used
 * @param limit most texts that are used, the first ones of the sample; empty for all
 * @param validation share of these that is kept for validation, stratified by label
 * @param seed of the sample and the split
 */
public record LabelledData(
        TableFile table,
        Columns columns,
        MissingValues missing,
        Set<String> excludedLabels,
        double sample,
        OptionalInt limit,
        double validation,
        long seed) {
    /**
     * Which columns are read.
     *
     * @param text header of the texts
     * @param label header of the labels
     */
    public record Columns(String text, String label) {
        /** Refuses the same column for both. */
        public Columns {
            SettingException.requireRange(
                    !text.equals(label), "text and label", "\"" + text + "\"", "two columns, not one for both");
        }
    }

    /** Refuses shares and seeds outside their ranges and a limit below 1. */
    public LabelledData {
        Sampling.checkSample(sample);
        Sampling.checkValidation(validation);
        SettingException.requireAtLeast(1, "limit", limit.orElse(1));
        checkSeed("data seed", seed);
        excludedLabels = Set.copyOf(excludedLabels);
    }

    /** Where the table is. */
    public Path file() {
        return table.path();
    }

    /** Refuses a seed of the sample and the split that is out of range; {@code name} is that of the setting. */
    public static void checkSeed(String name, long seed) {
        NumpyRandom.checkSeed(name, seed);
    }

    /** All complete rows of a file, a fifth of them for validation, drawn with seed 42. */
    public static LabelledData of(Path file, String textColumn, String labelColumn) {
        return new LabelledData(
                TableFile.of(file),
                new Columns(textColumn, labelColumn),
                MissingValues.DROP,
                Set.of(),
                1,
                OptionalInt.empty(),
                0.2,
                42);
    }
}
