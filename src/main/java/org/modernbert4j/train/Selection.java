package org.modernbert4j.train;

import java.util.ArrayList;
import java.util.List;
import org.modernbert4j.InputException;
import org.modernbert4j.data.Dataset;
import org.modernbert4j.data.Example;
import org.modernbert4j.data.Exclusion;
import org.modernbert4j.data.Labels;
import org.modernbert4j.data.Sampling;
import org.modernbert4j.data.Split;

/**
 * The texts of a run as the original experiment draws them: complete rows, without the excluded labels, sampled, split.
 *
 * @param rows of the file
 * @param split the texts to learn from and those to measure on
 * @param labels of both, in the order of their first appearance in the sample
 * @param notes what a reader should know of the rest, one line each
 */
public record Selection(int rows, Split split, Labels labels, List<String> notes) {
    /** Copies the list. */
    public Selection {
        notes = List.copyOf(notes);
    }

    /**
     * Reads and draws the texts of a run.
     *
     * @throws InputException if the file cannot be used, or there are too few texts for a split by label
     */
    public static Selection of(FineTuning run) {
        Dataset dataset = Dataset.read(run.data(), run.textColumn(), run.labelColumn(), run.missing());
        List<String> notes = new ArrayList<>();
        if (dataset.withoutLabel() + dataset.withoutText() > 0) {
            notes.add("%s: dropped %d rows without a label and %d without a text, of %d"
                    .formatted(run.data(), dataset.withoutLabel(), dataset.withoutText(), dataset.rows()));
        }
        try {
            return draw(run, dataset, notes);
        } catch (InputException e) {
            throw new InputException(run.data() + ": " + e.getMessage(), e);
        }
    }

    private static Selection draw(FineTuning run, Dataset dataset, List<String> notes) {
        Exclusion exclusion = Sampling.exclude(dataset.examples(), run.excludedLabels());
        exclusion.absent().forEach(label -> notes.add(run.data() + ": no text has the excluded label " + label));
        List<Example> sampled =
                run.sample() < 1 ? Sampling.sample(exclusion.kept(), run.sample(), run.dataSeed()) : exclusion.kept();
        if (run.limit().isPresent()) {
            sampled = sampled.subList(0, Math.min(sampled.size(), run.limit().getAsInt()));
        }
        return new Selection(
                dataset.rows(),
                Sampling.stratifiedSplit(sampled, run.validation(), run.dataSeed()),
                Labels.byFirstAppearance(sampled),
                notes);
    }
}
