package org.modernbert4j.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Files that are read as one table. The rows of each are numbered on from those of the file before it, as pandas {@code concat} does
 * with {@code ignore_index=True}.
 *
 * @param files at least one
 * @param starts number of the first row of each
 */
public record Tables(List<Path> files, List<Integer> starts) {
    /**
     * Reads the rows of some files one after the other, and keeps none.
     *
     * @param each is given every row
     * @throws org.modernbert4j.InputException if a file cannot be read as {@link Dataset#read} says
     */
    static Tables scan(List<Path> files, Reading reading, Consumer<LabelledRow> each) {
        List<Integer> starts = new ArrayList<>();
        int start = 0;
        for (Path file : files) {
            int first = start;
            starts.add(first);
            start += Dataset.scan(file, reading, row -> each.accept(row.from(first)));
        }
        return new Tables(files, List.copyOf(starts));
    }

    /** Whether there is one file, so that a line alone says where a row begins. */
    public boolean isOneFile() {
        return files.size() == 1;
    }

    /** Where a row stands, such as {@code news.csv line 3}. */
    public String place(int row, long line) {
        return fileOf(row) + " line " + line;
    }

    /** The same for a message that names a single file already. */
    String placeInMessage(int row, long line) {
        return isOneFile() ? "line " + line : place(row, line);
    }

    private Path fileOf(int row) {
        return files.get(number(row));
    }

    /** Which of the files has a row, counted from 0. */
    public int number(int row) {
        int file = starts.size() - 1;
        while (starts.get(file) > row) {
            file--;
        }
        return file;
    }

    /** The names of the files, with commas. */
    @Override
    public String toString() {
        return names(files);
    }

    /** The names of some files, with commas. */
    static String names(List<Path> files) {
        return files.stream().map(Path::toString).collect(Collectors.joining(", "));
    }
}
