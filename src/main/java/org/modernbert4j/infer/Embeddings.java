package org.modernbert4j.infer;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.modernbert4j.FloatFile;
import org.modernbert4j.backend.Pooling;

/**
 * The rows of texts, in a temporary file: those of a part of the texts are put in the order in which they are best computed, all are
 * read in the order of the texts, and there may be more of them than fit into memory.
 */
public final class Embeddings implements AutoCloseable {
    private final FloatFile file;
    private final Optional<Pooling> pooling;
    private final int layer;
    private final int hidden;
    private int texts;

    /** First row of each text, and the number of rows after the last; not used with pooling, where each text has one row. */
    private long[] starts = new long[1];

    private Embeddings(FloatFile file, Optional<Pooling> pooling, int layer, int hidden) {
        this.file = file;
        this.pooling = pooling;
        this.layer = layer;
        this.hidden = hidden;
    }

    /**
     * Makes the file, for no text yet.
     *
     * @param path file that the rows are kept in until this is closed, replaced if it exists
     * @param pooling how the rows of each text become one; empty where all are kept
     * @param layer that the rows are of
     * @param hidden numbers in a row
     * @throws org.modernbert4j.InputException if the file cannot be made
     */
    public static Embeddings create(Path path, Optional<Pooling> pooling, int layer, int hidden) {
        return new Embeddings(new FloatFile(path, "make room or use another folder"), pooling, layer, hidden);
    }

    /**
     * Makes room for one more text.
     *
     * @param tokens of the text; 0 where there is no text, which then has no rows, or with pooling a row of zeros
     * @return its place
     * @throws org.modernbert4j.InputException if zeros cannot be written
     */
    public int add(int tokens) {
        if (pooling.isEmpty()) {
            if (starts.length < texts + 2) {
                starts = Arrays.copyOf(starts, 2 * starts.length);
            }
            starts[texts + 1] = starts[texts] + tokens;
        } else if (tokens == 0) {
            file.write(FloatBuffer.allocate(hidden), (long) texts * hidden);
        }
        return texts++;
    }

    /**
     * Keeps the rows of a text.
     *
     * @param values {@code [rows, hidden]}
     * @param text its place
     * @throws org.modernbert4j.InputException if they cannot be written
     */
    public void put(FloatBuffer values, int text) {
        file.write(values, start(text) * hidden);
    }

    /** The rows of a text, {@code [rows, hidden]}. */
    FloatBuffer get(int text) {
        return file.read(start(text) * hidden, rows(text) * hidden);
    }

    /** All rows, {@code [rows, hidden]}. */
    FloatFile file() {
        return file;
    }

    /** How the rows of each text became one; empty where all are kept. */
    public Optional<Pooling> pooling() {
        return pooling;
    }

    /** The layer that the rows are of. */
    int layer() {
        return layer;
    }

    /** Numbers in a row. */
    int hidden() {
        return hidden;
    }

    /** How many texts there are, with those that are none. */
    public int texts() {
        return texts;
    }

    /** Rows of a text. */
    int rows(int text) {
        return (int) (start(text + 1) - start(text));
    }

    /** Rows of all texts. */
    long rows() {
        return start(texts);
    }

    /** Most rows of a text. */
    int mostRows() {
        int most = 0;
        for (int text = 0; text < texts; text++) {
            most = Math.max(most, rows(text));
        }
        return most;
    }

    private long start(int text) {
        return pooling.isPresent() ? text : starts[text];
    }

    @Override
    public void close() {
        file.close();
    }
}
