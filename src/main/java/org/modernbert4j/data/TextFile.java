package org.modernbert4j.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A file of texts without labels.
 *
 * @param path where it is
 * @param texts in its order, at least one
 */
public record TextFile(Path path, List<String> texts) {
    /** Copies the list. */
    public TextFile {
        texts = List.copyOf(texts);
    }

    /**
     * Reads a file: of a {@code .txt} its paragraphs as {@link Texts#readParagraphs} finds them, of any other the column of a
     * table; rows without a text are left out.
     *
     * @param path {@code .txt}, {@code .csv}, {@code .csv.gz} or {@code .zip}
     * @param column name of a table's column with the texts
     * @throws org.modernbert4j.InputException if the file cannot be used or holds no text
     */
    public static TextFile read(Path path, String column) {
        Texts texts = path.toString().toLowerCase(Locale.ROOT).endsWith(".txt")
                ? Texts.readParagraphs(path)
                : Texts.readCsv(path, column, MissingValues.DROP);
        return new TextFile(path, texts.texts().stream().map(Text::text).toList());
    }
}
