package org.modernbert4j.data;

import java.util.ArrayList;
import java.util.List;
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
     * Reads and draws texts.
     *
     * @param split parts them into texts to learn from and texts to measure on, as the task needs it
     * @throws InputException if the file cannot be used, or there are too few texts to split
     */
    public static Selection of(LabelledData data, Function<List<Example>, Sampling.Split> split) {
        Dataset dataset =
                Dataset.read(data.file(), data.columns().text(), data.columns().label(), data.missing());
        List<String> notes = new ArrayList<>();
        if (dataset.withoutLabel() + dataset.withoutText() > 0) {
            notes.add("%s: dropped %d rows without a label and %d without a text, of %d"
                    .formatted(data.file(), dataset.withoutLabel(), dataset.withoutText(), dataset.rows()));
        }
        try {
            return draw(data, dataset, split, notes);
        } catch (InputException e) {
            throw new InputException(data.file() + ": " + e.getMessage(), e);
        }
    }

    private static Selection draw(
            LabelledData data, Dataset dataset, Function<List<Example>, Sampling.Split> split, List<String> notes) {
        List<Example> kept = Sampling.exclude(dataset.examples(), data.excludedLabels());
        Sampling.absent(dataset.examples(), data.excludedLabels())
                .forEach(label -> notes.add(data.file() + ": no text has the excluded label " + label));
        List<Example> sampled = data.sample() < 1 ? Sampling.sample(kept, data.sample(), data.seed()) : kept;
        if (data.limit().isPresent()) {
            sampled = sampled.subList(0, Math.min(sampled.size(), data.limit().getAsInt()));
        }
        return new Selection(dataset.rows(), split.apply(sampled), Labels.byFirstAppearance(sampled), notes);
    }
}
