package org.modernbert4j.infer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.modernbert4j.InputException;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.data.TokenizedText;

/**
 * The rows of texts, in a file for the time being: they come in the order in which it is best to compute them and go in the order
 * of the texts, and there may be more of them than there is memory.
 */
public final class Embeddings implements AutoCloseable {
    private final Path path;
    private final FileChannel file;
    private final List<TokenizedText> texts;
    private final Optional<Pooling> pooling;
    private final int layer;
    private final int hidden;

    /** First row of each text, and the number of rows at the end. */
    private final long[] starts;

    private Embeddings(
            Path path, FileChannel file, List<TokenizedText> texts, Optional<Pooling> pooling, int layer, int hidden) {
        this.path = path;
        this.file = file;
        this.texts = List.copyOf(texts);
        this.pooling = pooling;
        this.layer = layer;
        this.hidden = hidden;
        starts = new long[texts.size() + 1];
        for (int i = 0; i < texts.size(); i++) {
            starts[i + 1] = starts[i] + (pooling.isPresent() ? 1 : texts.get(i).ids().length);
        }
    }

    /**
     * Makes room for the rows of some texts.
     *
     * @param path file that they are kept in until this is closed, replaced if it exists
     * @param texts in the order in which they are read back
     * @param pooling how the rows of each became one; empty where all are kept
     * @param layer that the rows are of
     * @param hidden numbers in a row
     * @throws InputException if the file cannot be made
     */
    public static Embeddings create(
            Path path, List<TokenizedText> texts, Optional<Pooling> pooling, int layer, int hidden) {
        try {
            FileChannel file = FileChannel.open(
                    path,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
            return new Embeddings(path, file, texts, pooling, layer, hidden);
        } catch (IOException e) {
            throw unusable(path, e);
        }
    }

    /**
     * Keeps the rows of a text.
     *
     * @param values {@code [rows, hidden]}
     * @param text its place
     * @throws InputException if they cannot be written
     */
    public void put(FloatBuffer values, int text) {
        ByteBuffer bytes = bytes(values.remaining());
        bytes.asFloatBuffer().put(values.duplicate());
        long at = starts[text] * hidden * Float.BYTES;
        try {
            while (bytes.hasRemaining()) {
                at += file.write(bytes, at);
            }
        } catch (IOException e) {
            throw unusable(path, e);
        }
    }

    /**
     * Writes a file of all rows, in the order of the texts; one that exists is replaced when all is written.
     *
     * @throws InputException if it cannot be written
     */
    public void write(Path output, EmbeddingFormat format) {
        format.write(output, this);
    }

    /** The rows of a text, {@code [rows, hidden]}. */
    FloatBuffer get(int text) throws IOException {
        ByteBuffer bytes = bytes(rows(text) * hidden);
        long at = starts[text] * hidden * Float.BYTES;
        while (bytes.hasRemaining()) {
            int count = file.read(bytes, at);
            if (count < 0) {
                throw new IOException("ends at byte " + at);
            }
            at += count;
        }
        return bytes.flip().asFloatBuffer();
    }

    /** Writes all rows, little-endian, text after text. */
    void writeTo(WritableByteChannel out) throws IOException {
        long end = rows() * hidden * Float.BYTES;
        long at = 0;
        while (at < end) {
            at += file.transferTo(at, end - at, out);
        }
    }

    private static ByteBuffer bytes(int numbers) {
        return ByteBuffer.allocate(numbers * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static InputException unusable(Path path, IOException e) {
        return new InputException(path + ": cannot be written (" + e + "); make room or use another folder", e);
    }

    List<TokenizedText> texts() {
        return texts;
    }

    /** How the rows of each text became one; empty where all are kept. */
    Optional<Pooling> pooling() {
        return pooling;
    }

    int layer() {
        return layer;
    }

    int hidden() {
        return hidden;
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
        int most = 0;
        for (int text = 0; text < texts.size(); text++) {
            most = Math.max(most, rows(text));
        }
        return most;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw unusable(path, e);
        }
    }
}
