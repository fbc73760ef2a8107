package org.modernbert4j.data;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** An open table of one kind, which is read once: its {@link #headers} or its rows. */
interface TableReader extends Closeable {
    /**
     * The columns of the table; of CSV whose delimiter is not known, one list for each that it may be.
     *
     * @throws org.modernbert4j.InputException if the table is empty or broken
     */
    List<List<String>> headers() throws IOException;

    /**
     * Hands on every row, as {@link TableFile#read} does.
     *
     * @return the number of rows
     * @throws org.modernbert4j.InputException if the table is broken, or lacks a column
     */
    int read(List<String> columns, RowLimit limit, Consumer<Row> each) throws IOException;
}
