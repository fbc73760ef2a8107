package org.modernbert4j.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.modernbert4j.InputException;

/**
 * The texts that are used, as the original experiment draws them: complete rows, without the excluded labels, sampled, split; and
 * those of the files to measure on.
 *
 * @param rows what became of the rows of the data, then of the file of validation and of that of the test, where there is one
 * @param train to learn from
 * @param validation to measure on after each epoch
 * @param test to measure on in the end; empty without such a file
 * @param labels of all, in the order of their first appearance in the sample
 * @param notes what a reader should know of the rest, one line each
 */
public record Selection(
        List<RowCounts> rows, Part train, Part validation, Optional<Part> test, Labels labels, List<String> notes) {
    /**
     * Texts for one purpose.
     *
     * @param tables that they come from
     * @param examples with labels as they are printed
     */
    public record Part(Tables tables, List<Example> examples) {}

    /** Copies the lists. */
    public Selection {
        rows = List.copyOf(rows);
        notes = List.copyOf(notes);
    }

    /**
     * Texts that are to be split.
     *
     * @param examples in the order of the sample
     * @param tables that they come from
     * @param order of their labels
     */
    record Drawn(List<Example> examples, Tables tables, Comparator<String> order) {}

    /** Parts texts into those to learn from and those to measure on. */
    @FunctionalInterface
    interface Splitting {
        /** The parts. */
        Sampling.Split split(Drawn drawn);
    }

    /**
     * Reads and draws texts. A share for validation is the same for each label. The files of the data are read as a stream, twice: what
     * type the labels have, and which rows are in a sample, depends on all rows. No more texts are kept than are used.
     *
     * @throws InputException if a file cannot be used, all texts have the same label, there are too few texts to split, or a text to
     *     measure on has a label that no text to learn from has
     */
    public static Selection of(LabelledData data) {
        return of(
                data, drawn -> Sampling.stratifiedSplit(drawn, ((Held.Share) data.validation()).share(), data.seed()));
    }

    /** The same with another split, which is asked for only where a share of the data is for validation. */
    static Selection of(LabelledData data, Splitting splitting) {
        Drawing drawing = new Drawing(data);
        List<Example> drawn = drawing.draw();
        List<String> notes = drawing.notes();
        Labels labels;
        Sampling.Split split;
        try {
            labels = Labels.byFirstAppearance(drawn);
            if (labels.names().size() == 1) {
                throw new InputException(
                        "labels: found only \"" + labels.names().get(0) + "\" in all " + drawn.size()
                                + " texts, expected at least two to tell apart; use another column or more texts"
                                + drawing.missingLabels()
                                        .map(words -> ", or --keep-na, as " + words)
                                        .orElse(""));
            }
            split = data.validation() instanceof Held.Share
                    ? splitting.split(
                            new Drawn(drawn, drawing.tables(), drawing.column().order()))
                    : new Sampling.Split(drawn, List.of());
        } catch (InputException e) {
            throw new InputException(Tables.names(data.files()) + ": " + e.getMessage(), e);
        }
        List<RowCounts> rows = new ArrayList<>(List.of(drawing.counts()));
        HeldFiles held = new HeldFiles(data, drawing.column(), labels, rows);
        Part train = new Part(drawing.tables(), split.train());
        Part validation = data.validation()
                .file()
                .map(held::read)
                .orElseGet(() -> new Part(drawing.tables(), split.validation()));
        Optional<Part> test = data.test().map(held::read);
        notes.addAll(LabelNotes.alike(labels));
        notes.addAll(LabelNotes.validation(validation.examples(), labels));
        data.validation().file().ifPresent(file -> notes.addAll(LabelNotes.known(file, validation, train, "training")));
        test.ifPresent(tested -> {
            Path file = data.test().orElseThrow();
            notes.addAll(LabelNotes.known(file, tested, train, "training"));
            notes.addAll(LabelNotes.known(file, tested, validation, "validation"));
        });
        return new Selection(rows, train, validation, test, labels, notes);
    }

    /** All parts that there are. */
    public List<Part> parts() {
        return Stream.concat(Stream.of(train, validation), test.stream()).toList();
    }
}
