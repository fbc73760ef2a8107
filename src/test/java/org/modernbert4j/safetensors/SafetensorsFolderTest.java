package org.modernbert4j.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.InputException;

class SafetensorsFolderTest {
    @TempDir
    Path folder;

    @Test
    void readsACheckpointInOnePiece() {
        shard("model.safetensors", "a");
        try (Tensors tensors = SafetensorsFolder.open(folder)) {
            assertArrayEquals(new float[] {'a'}, tensors.floats("a"));
            assertEquals(folder, tensors.path());
        }
    }

    @Test
    void readsTheFilesOfAnIndexAsOne() throws IOException {
        shard("one.safetensors", "a", "c");
        shard("two.safetensors", "b");
        index(
                """
                {"metadata":{"total_size":12},
                 "weight_map":{"a":"one.safetensors","b":"two.safetensors","c":"one.safetensors"}}
                """);
        try (Tensors tensors = SafetensorsFolder.open(folder)) {
            assertEquals(Set.of("a", "b", "c"), tensors.tensors().keySet());
            assertArrayEquals(new float[] {'b'}, tensors.floats("b"));
            assertArrayEquals(new float[] {'c'}, tensors.floats("c"));
            assertMessage("no tensor d among 3", () -> tensors.floats("d"));
        }
    }

    @Test
    void refusesAFolderWithoutWeights() {
        assertMessage("neither model.safetensors nor model.safetensors.index.json is here", this::open);
    }

    @Test
    void refusesABrokenIndex() throws IOException {
        index("{\"weight_map\":");
        assertMessage("broken JSON", this::open);
    }

    @Test
    void refusesAnIndexWithoutTensors() throws IOException {
        index("{\"metadata\":{}}");
        assertMessage("weight_map: found nothing, expected the file of each tensor", this::open);
    }

    @Test
    void refusesATensorIndexedTwice() throws IOException {
        index("{\"weight_map\":{\"a\":\"one.safetensors\",\"a\":\"two.safetensors\"}}");
        assertMessage("weight_map.a: found it twice", this::open);
    }

    @Test
    void refusesAMissingFile() throws IOException {
        index("{\"weight_map\":{\"a\":\"one.safetensors\"}}");
        assertMessage("one.safetensors is not in the folder", this::open);
    }

    @Test
    void refusesATensorThatIsNotInItsFile() throws IOException {
        shard("one.safetensors", "a");
        index("{\"weight_map\":{\"a\":\"one.safetensors\",\"b\":\"one.safetensors\"}}");
        assertMessage("tensor b is not in one.safetensors", this::open);
    }

    @Test
    void refusesATensorInTwoFiles() throws IOException {
        shard("one.safetensors", "a", "b");
        shard("two.safetensors", "b");
        index("{\"weight_map\":{\"a\":\"one.safetensors\",\"b\":\"two.safetensors\"}}");
        assertMessage("tensor b is also in one.safetensors", this::open);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../one.safetensors", "/one.safetensors", "sub/one.safetensors", "..", ".", "", "a/", "\\u0000"})
    void refusesAFileOutsideTheFolder(String shard) throws IOException {
        index("{\"weight_map\":{\"a\":\"" + shard + "\"}}");
        assertMessage("expected the name of a file in the same folder", this::open);
    }

    private void open() {
        SafetensorsFolder.open(folder).close();
    }

    /** A file of tensors of one number each: the first letter of the name. */
    private void shard(String file, String... names) {
        List<TensorSource> tensors = Arrays.stream(names)
                .map(name ->
                        TensorSource.floats(name, List.of(1L), () -> FloatBuffer.wrap(new float[] {name.charAt(0)})))
                .toList();
        SafetensorsWriter.write(folder.resolve(file), Map.of("format", "pt"), tensors);
    }

    private void index(String json) throws IOException {
        Files.writeString(folder.resolve("model.safetensors.index.json"), json);
    }

    private void assertMessage(String wanted, Runnable action) {
        String message = assertThrows(InputException.class, action::run).getMessage();
        assertTrue(message.startsWith(folder.toString()), message);
        assertTrue(message.contains(wanted), message);
        assertEquals(1, message.lines().count(), message);
    }
}
