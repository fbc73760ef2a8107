package org.modernbert4j.infer;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.modernbert4j.FloatFile;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.data.TokenizedText;

/**
 * The rows of texts, in a temporary file: they are put in the order in which they are best computed and read in the order of the
 * texts, and there may be more of them than fit into memory.
 *
 * @param file of the rows
 * @param texts in the order in which they are read
 * @param pooling how the rows of each became one; empty where all are kept
 * @param layer that the rows are of
 * @param hidden numbers in a row
 * @param starts first row of each text, and the number of rows at the end
 */
public record Embeddings(
        FloatFile file, List<TokenizedText> texts, Optional<Pooling> pooling, int layer, int hidden, long[] starts)
        implements AutoCloseable {
    /**
     * Makes room for the rows of some texts.
     *
     * @param path file that they are kept in until this is closed, replaced if it exists
     * @param texts in the order in which they are read
     * @param pooling how the rows of each become one; empty where all are kept
     * @param layer that the rows are of
     * @param hidden numbers in a row
     * @throws org.modernbert4j.InputException if the file cannot be made
     */
    public static Embeddings create(
            Path path, List<TokenizedText> texts, Optional<Pooling> pooling, int layer, int hidden) {
        long[] starts = new long[texts.size() + 1];
        for (int i = 0; i < texts.size(); i++) {
            starts[i + 1] = starts[i] + (pooling.isPresent() ? 1 : texts.get(i).ids().length);
        }
        FloatFile file = new FloatFile(path, "make room or use another folder");
        return new Embeddings(file, List.copyOf(texts), pooling, layer, hidden, starts);
    }

    /**
     * Keeps the rows of a text.
     *
     * @param values {@code [rows, hidden]}
     * @param text its place
     * @throws org.modernbert4j.InputException if they cannot be written
     */
    public void put(FloatBuffer values, int text) {
        file.write(values, starts[text] * hidden);
    }

    /** The rows of a text, {@code [rows, hidden]}. */
    FloatBuffer get(int text) {
        return file.read(starts[text] * hidden, rows(text) * hidden);
    }

    /** Rows of a text. */
    int rows(int text) {
        return (int) (starts[text + 1] - starts[text]);
    }

    /** Rows of all texts. */
    long rows() {
        return starts[starts.length - 1];
    }

    /** Most rows of a text. */
    int mostRows() {
        return IntStream.range(0, texts.size()).map(this::rows).max().orElse(0);
    }

    @Override
    public void close() {
        file.close();
    }
}
