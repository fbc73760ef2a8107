package org.modernbert4j.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Finds columns that nobody has named: those of the usual names, else the only ones that fit. A note says what was guessed. Where
 * nothing fits, or several columns do, the usual names stay, and reading the table says which columns it has.
 */
public final class ColumnGuess {
    private static final Role TEXT = new Role(
            "texts",
            "text",
            Set.of("text", "sentence", "content", "review", "comment", "title", "message", "document"));

    private static final Role LABEL = new Role(
            "labels",
            "label",
            Set.of("label", "labels", "topic", "category", "class", "target", "sentiment", "rating", "stars"));

    /**
     * What a column holds.
     *
     * @param what the word for it
     * @param usual the name that needs no note
     * @param known names, in small letters
     */
    private record Role(String what, String usual, Set<String> known) {
        /** The column of the usual name, else the only one of a known name. */
        private Optional<String> find(List<String> columns) {
            if (columns.contains(usual)) {
                return Optional.of(usual);
            }
            List<String> fitting = columns.stream()
                    .filter(column -> known.contains(column.toLowerCase(Locale.ROOT)))
                    .toList();
            return fitting.size() == 1 ? Optional.of(fitting.get(0)) : Optional.empty();
        }
    }

    private ColumnGuess() {}

    /**
     * The columns of texts and labels.
     *
     * @param text the column of the texts, where it is named
     * @param label the column of the labels, where it is named
     * @param notes is given a line where a column is guessed
     * @throws org.modernbert4j.InputException if the file cannot be read
     * @throws org.modernbert4j.SettingException if both are the same column
     */
    public static Reading.Columns labelled(
            TableFile table, Optional<String> text, Optional<String> label, Consumer<String> notes) {
        if (text.isPresent() && label.isPresent()) {
            return new Reading.Columns(text.get(), label.get());
        }
        for (List<String> columns : headers(table)) {
            Optional<String> texts = text.or(() -> TEXT.find(without(columns, label)));
            Optional<String> labels = label.or(() -> LABEL.find(without(columns, text)));
            Optional<String> foundText = texts.or(() -> other(columns, labels));
            Optional<String> foundLabel = labels.or(() -> other(columns, texts));
            if (foundText.isPresent() && foundLabel.isPresent()) {
                List<String> guessed = new ArrayList<>();
                said(text, foundText.get(), TEXT).ifPresent(guessed::add);
                said(label, foundLabel.get(), LABEL).ifPresent(guessed::add);
                note(table, guessed, notes);
                return new Reading.Columns(foundText.get(), foundLabel.get());
            }
        }
        return new Reading.Columns(text.orElse(TEXT.usual), label.orElse(LABEL.usual));
    }

    /**
     * The column of texts, where nobody has named it.
     *
     * @param notes is given a line where it is guessed
     * @throws org.modernbert4j.InputException if the file cannot be read
     */
    public static String text(TableFile table, Consumer<String> notes) {
        for (List<String> columns : headers(table)) {
            Optional<String> found = TEXT.find(columns)
                    .or(() -> other(columns, LABEL.find(columns)))
                    .or(() -> columns.size() == 1 ? Optional.of(columns.get(0)) : Optional.empty());
            if (found.isPresent()) {
                List<String> guessed =
                        said(Optional.empty(), found.get(), TEXT).stream().toList();
                note(table, guessed, notes);
                return found.get();
            }
        }
        return TEXT.usual;
    }

    /** The same of some files of which all have the column: that of the first table among them. */
    public static String text(List<TableFile> files, Consumer<String> notes) {
        return files.stream()
                .filter(file -> Texts.isTable(file.path()))
                .findFirst()
                .map(table -> text(table, notes))
                .orElse(TEXT.usual);
    }

    /** What the columns may be: a delimiter that gives several columns is likelier than one that gives one. */
    private static List<List<String>> headers(TableFile table) {
        List<List<String>> headers = table.headers();
        List<List<String>> wide =
                headers.stream().filter(columns -> columns.size() > 1).toList();
        return wide.isEmpty() ? headers : wide;
    }

    private static List<String> without(List<String> columns, Optional<String> taken) {
        return columns.stream()
                .filter(column -> !Optional.of(column).equals(taken))
                .toList();
    }

    /** Of two columns, the one beside that which is known. */
    private static Optional<String> other(List<String> columns, Optional<String> known) {
        List<String> others = without(columns, known);
        return columns.size() == 2 && others.size() == 1 ? Optional.of(others.get(0)) : Optional.empty();
    }

    private static Optional<String> said(Optional<String> named, String found, Role role) {
        return named.isPresent() || found.equals(role.usual)
                ? Optional.empty()
                : Optional.of("the " + role.what + " from column \"" + found + "\"");
    }

    private static void note(TableFile table, List<String> guessed, Consumer<String> notes) {
        if (!guessed.isEmpty()) {
            notes.accept(table.path() + ": reads " + String.join(" and ", guessed));
        }
    }
}
