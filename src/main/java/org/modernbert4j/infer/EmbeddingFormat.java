package org.modernbert4j.infer;

import java.io.BufferedWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToLongFunction;
import org.modernbert4j.OutputFile;
import org.modernbert4j.SettingException;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.safetensors.DType;
import org.modernbert4j.safetensors.SafetensorsWriter;
import org.modernbert4j.safetensors.TensorSource;

/** A kind of file of embeddings. */
public enum EmbeddingFormat {
    /**
     * {@code embeddings}: float32 {@code [texts, hidden]}, or without pooling {@code [tokens, hidden]}, text after text, and
     * {@code lengths}: int64 {@code [texts]}, the tokens of each, 0 where a row holds no text; {@code rows}: int64 {@code [texts]},
     * where each text stands in its file.
     */
    SAFETENSORS {
        @Override
        public void write(Path file, Embeddings embeddings) {
            int texts = embeddings.texts();
            TensorSource rows = longs("rows", texts, text -> text);
            TensorSource numbers = new TensorSource(
                    "embeddings", DType.F32, List.of(embeddings.rows(), (long) embeddings.hidden()), out -> embeddings
                            .file()
                            .copyTo(out, embeddings.rows() * embeddings.hidden()));
            SafetensorsWriter.write(
                    file,
                    Map.of(
                            "layer",
                            String.valueOf(embeddings.layer()),
                            "pooling",
                            embeddings.pooling().map(Pooling::toString).orElse("none")),
                    embeddings.pooling().isPresent()
                            ? List.of(numbers, rows)
                            : List.of(numbers, longs("lengths", texts, embeddings::rows), rows));
        }
    },
    /**
     * NumPy's format 1.0: float32 {@code [texts, hidden]}, or without pooling {@code [texts, longest, hidden]} with zeros after a
     * text's tokens.
     */
    NPY {
        @Override
        public void write(Path file, Embeddings embeddings) {
            OutputFile.replace(file, out -> {
                boolean pooled = embeddings.pooling().isPresent();
                int texts = embeddings.texts();
                int most = embeddings.mostRows();
                OutputFile.writeAll(out, npyHeader(texts + (pooled ? "" : ", " + most) + ", " + embeddings.hidden()));
                for (int text = 0; text < texts; text++) {
                    ByteBuffer padded = ByteBuffer.allocate((pooled ? 1 : most) * embeddings.hidden() * Float.BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN);
                    padded.asFloatBuffer().put(embeddings.get(text));
                    OutputFile.writeAll(out, padded);
                }
            });
        }
    },
    /** A line for each row: where the text stands in its file, without pooling the token's place in the text, the numbers. */
    CSV {
        @Override
        public void write(Path file, Embeddings embeddings) {
            OutputFile.replace(file, out -> {
                boolean pooled = embeddings.pooling().isPresent();
                BufferedWriter lines = new BufferedWriter(Channels.newWriter(out, StandardCharsets.UTF_8));
                lines.write(pooled ? "row" : "row,token");
                for (int i = 0; i < embeddings.hidden(); i++) {
                    lines.write(",e" + i);
                }
                lines.write("\n");
                for (int text = 0; text < embeddings.texts(); text++) {
                    FloatBuffer numbers = embeddings.get(text);
                    for (int token = 0; token < embeddings.rows(text); token++) {
                        lines.write(String.valueOf(text));
                        lines.write(pooled ? "" : "," + token);
                        for (int i = 0; i < embeddings.hidden(); i++) {
                            lines.write(",");
                            lines.write(String.valueOf(numbers.get()));
                        }
                        lines.write("\n");
                    }
                }
                lines.flush();
            });
        }
    };

    private static final int NPY_ALIGNMENT = 64;

    /** Numbers that are written at a time. */
    private static final int LONGS = 1024;

    /**
     * The format that a file's name ends with.
     *
     * @throws SettingException if it ends with none
     */
    public static EmbeddingFormat of(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        for (EmbeddingFormat format : values()) {
            if (name.endsWith("." + format.name().toLowerCase(Locale.ROOT))) {
                return format;
            }
        }
        throw new SettingException("output " + file
                + ": the ending names no format of embeddings; use a name that ends with .safetensors, .npy or .csv");
    }

    /**
     * Writes a file of all rows, in the order of the texts; one that exists is replaced when all is written.
     *
     * @throws org.modernbert4j.InputException if it cannot be written
     */
    public abstract void write(Path file, Embeddings embeddings);

    private static TensorSource longs(String name, int texts, IntToLongFunction value) {
        return new TensorSource(name, DType.I64, List.of((long) texts), out -> {
            ByteBuffer bytes = ByteBuffer.allocate(LONGS * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int text = 0; text < texts; text++) {
                bytes.putLong(value.applyAsLong(text));
                if (!bytes.hasRemaining() || text == texts - 1) {
                    OutputFile.writeAll(out, bytes.flip());
                    bytes.clear();
                }
            }
        });
    }

    /** What a little-endian array of float32 in C order begins with (numpy.lib.format, version 1.0). */
    private static ByteBuffer npyHeader(String shape) {
        byte[] magic = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
        String text = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }";
        int before = magic.length + Short.BYTES;
        int whole = (before + text.length() + 1 + NPY_ALIGNMENT - 1) / NPY_ALIGNMENT * NPY_ALIGNMENT;
        String padded = text + " ".repeat(whole - before - text.length() - 1) + "\n";
        return ByteBuffer.allocate(whole)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(magic)
                .putShort((short) padded.length())
                .put(padded.getBytes(StandardCharsets.US_ASCII))
                .flip();
    }
}
