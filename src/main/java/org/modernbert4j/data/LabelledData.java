package org.modernbert4j.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.modernbert4j.InputException;
import org.modernbert4j.SettingException;

/**
 * Labelled texts in files, and which of them are used for what.
 *
 * @param files tables, at least one. Their rows are numbered on from one to the next
 * @param reading of the files, those of {@code validation} and {@code test} too
 * @param excludedLabels labels whose texts are left out, as they are printed
 * @param sample share of the texts of {@code files} that is used
 * @param limit most texts of these that are used, the first ones of the sample; empty for all
 * @param validation what is measured on after each epoch
 * @param test file of texts that the best model is measured on in the end; may be empty
 * @param seed of the sample and the split
 */
public record LabelledData(
        List<Path> files,
        Reading reading,
        Set<String> excludedLabels,
        double sample,
        OptionalInt limit,
        Held validation,
        Optional<Path> test,
        long seed) {
    private static final double USUAL_SHARE = 0.2;
    private static final long USUAL_SEED = 42;

    /** Refuses no file, shares and seeds outside their ranges and a limit below 1. */
    public LabelledData {
        files = List.copyOf(files);
        if (files.isEmpty()) {
            throw new InputException("no file of texts; give at least one");
        }
        Sampling.checkSample(sample);
        SettingException.requireAtLeast(1, "limit", limit.orElse(1));
        checkSeed("data seed", seed);
        excludedLabels = Set.copyOf(excludedLabels);
    }

    /** Refuses a seed of the sample and the split that is out of range; {@code name} is that of the setting. */
    public static void checkSeed(String name, long seed) {
        NumpyRandom.checkSeed(name, seed);
    }

    /** All complete rows of a file, a fifth of them for validation, drawn with seed 42. */
    public static LabelledData of(Path file, String textColumn, String labelColumn) {
        return new LabelledData(
                List.of(file),
                Reading.of(textColumn, labelColumn),
                Set.of(),
                1,
                OptionalInt.empty(),
                new Held.Share(USUAL_SHARE),
                Optional.empty(),
                USUAL_SEED);
    }

    /** All files: those of the data, then that of validation and that of the test, where there is one. */
    public List<Path> allFiles() {
        List<Path> all = new ArrayList<>(files);
        validation.file().ifPresent(all::add);
        test.ifPresent(all::add);
        return all;
    }

    /** The same with the files elsewhere; {@code moved} is in the order of {@link #allFiles}. */
    public LabelledData withFiles(List<Path> moved) {
        int next = files.size();
        Held held = validation.file().isPresent() ? new Held.InFile(moved.get(next++)) : validation;
        Optional<Path> tested = test.isPresent() ? Optional.of(moved.get(next)) : test;
        return new LabelledData(
                moved.subList(0, files.size()), reading, excludedLabels, sample, limit, held, tested, seed);
    }

    /** The same without some labels. */
    public LabelledData without(Set<String> labels) {
        return new LabelledData(files, reading, labels, sample, limit, validation, test, seed);
    }
}
