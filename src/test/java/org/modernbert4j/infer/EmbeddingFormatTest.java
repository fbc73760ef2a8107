package org.modernbert4j.infer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.InputException;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.safetensors.SafetensorsFile;

/** Texts of 1 and 2 tokens, and none between them, in rows of 2 numbers; the last one comes first. */
class EmbeddingFormatTest {
    private static final Optional<Pooling> NONE = Optional.empty();
    private static final Optional<Pooling> MEAN = Optional.of(Pooling.MEAN);

    @TempDir
    private Path folder;

    private Path write(Optional<Pooling> pooling, String name) throws IOException {
        Path file = folder.resolve(name);
        try (Embeddings embeddings = Embeddings.create(folder.resolve("rows"), pooling, 4, 2)) {
            embeddings.add(1);
            embeddings.add(0);
            embeddings.add(2);
            embeddings.put(FloatBuffer.wrap(pooling.isEmpty() ? new float[] {3, 4, 5, 6} : new float[] {3, 4}), 2);
            embeddings.put(FloatBuffer.wrap(new float[] {1, 0.1f}), 0);
            EmbeddingFormat.of(file).write(file, embeddings);
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
        return file;
    }

    private static byte[] npy(String shape, float... numbers) {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }";
        String padded = header + " ".repeat(128 - 10 - header.length() - 1) + "\n";
        ByteBuffer bytes = ByteBuffer.allocate(128 + numbers.length * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0})
                .put(padded.getBytes(US_ASCII));
        for (float number : numbers) {
            bytes.putFloat(number);
        }
        return bytes.array();
    }

    @Test
    void numpyOfARowForEachText() throws IOException {
        assertArrayEquals(npy("3, 2", 1, 0.1f, 0, 0, 3, 4), Files.readAllBytes(write(MEAN, "e.npy")));
    }

    @Test
    void numpyOfAllRowsIsFilledUpWithZeros() throws IOException {
        byte[] wanted = npy("3, 2, 2", 1, 0.1f, 0, 0, 0, 0, 0, 0, 3, 4, 5, 6);
        assertArrayEquals(wanted, Files.readAllBytes(write(NONE, "e.npy")));
    }

    @Test
    void safetensorsOfARowForEachText() throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(write(Optional.of(Pooling.CLS), "e.safetensors"))) {
            assertEquals(Set.of("embeddings", "rows"), file.tensors().keySet());
            assertEquals(List.of(3L, 2L), file.tensor("embeddings").shape());
            assertArrayEquals(new float[] {1, 0.1f, 0, 0, 3, 4}, file.floats("embeddings"));
            assertArrayEquals(new long[] {0, 1, 2}, file.longs("rows"));
            assertEquals(Map.of("layer", "4", "pooling", "cls"), file.metadata());
        }
    }

    @Test
    void safetensorsOfAllRowsHasTheLengths() throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(write(NONE, "e.safetensors"))) {
            assertEquals(List.of(3L, 2L), file.tensor("embeddings").shape());
            assertEquals(Map.of("layer", "4", "pooling", "none"), file.metadata());
            assertArrayEquals(new float[] {1, 0.1f, 3, 4, 5, 6}, file.floats("embeddings"));
            assertArrayEquals(new long[] {1, 0, 2}, file.longs("lengths"));
            assertArrayEquals(new long[] {0, 1, 2}, file.longs("rows"));
        }
    }

    @Test
    void csvHasALineForEachRow() throws IOException {
        assertEquals("row,e0,e1\n0,1.0,0.1\n1,0.0,0.0\n2,3.0,4.0\n", Files.readString(write(MEAN, "e.CSV")));
    }

    @Test
    void csvOfAllRowsNamesTheTokens() throws IOException {
        assertEquals(
                "row,token,e0,e1\n0,0,1.0,0.1\n2,0,3.0,4.0\n2,1,5.0,6.0\n", Files.readString(write(NONE, "e.csv")));
    }

    @Test
    void aFileIsReplacedWhenTheNewOneIsWhole() throws IOException {
        Path file = Files.writeString(folder.resolve("e.csv"), "before");
        try (Embeddings none = Embeddings.create(folder.resolve("rows"), MEAN, 4, 2)) {
            none.add(1);
            for (EmbeddingFormat format : EmbeddingFormat.values()) {
                Exception error = assertThrows(InputException.class, () -> format.write(file, none));
                assertTrue(error.getMessage().contains("rows: cannot be written or read"), "nothing was put");
            }
        }
        assertEquals("before", Files.readString(file));
        assertTrue(Files.readString(write(MEAN, "e.csv")).startsWith("row,"));
    }

    @Test
    void anotherEndingIsRefused() {
        for (String name : List.of("e.txt", "npy", "e.npz", "e.csv.gz")) {
            String message = assertThrows(InputException.class, () -> EmbeddingFormat.of(Path.of(name)))
                    .getMessage();
            assertTrue(
                    message.startsWith("output " + name) && message.contains("ends with .safetensors, .npy or .csv"),
                    message);
        }
    }
}
