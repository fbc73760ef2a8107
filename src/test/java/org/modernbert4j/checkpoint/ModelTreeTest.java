package org.modernbert4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.model.Head;
import org.modernbert4j.safetensors.SafetensorsFolder;
import org.modernbert4j.safetensors.SafetensorsWriter;
import org.modernbert4j.safetensors.TensorInfo;
import org.modernbert4j.safetensors.TensorSource;

class ModelTreeTest {
    private static final Path RESOURCES = Path.of("src", "test", "resources");

    @ParameterizedTest
    @CsvSource({"older-layout", "newer-layout"})
    void showsEveryParameterOfAFixture(String fixture) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(model(fixture))) {
            String tree = ModelTree.of(checkpoint, Optional.empty()).text(layer -> true);
            assertEquals(Files.readString(RESOURCES.resolve(Path.of("inspect", fixture + ".txt"))), tree);
        }
    }

    @Test
    void foldsLayersToOneLine() {
        try (Checkpoint checkpoint = Checkpoint.open(model("older-layout"))) {
            ModelTree tree = ModelTree.of(checkpoint, Optional.empty());
            String folded = tree.text(layer -> false);
            assertTrue(folded.lines().noneMatch(line -> line.contains("attn.q")));
            assertEquals(
                    4,
                    folded.lines().filter(line -> line.contains("── layers.")).count());
            String second = tree.text(layer -> layer == 2);
            List<String> queries =
                    second.lines().filter(line -> line.contains("attn.q")).toList();
            assertEquals(1, queries.size());
            assertTrue(queries.get(0).startsWith("│   ├── layers.2.attn.q.weight "));
        }
    }

    @Test
    void saysWhatDoesNotMatch(@TempDir Path folder) throws IOException {
        Files.copy(model("older-layout").resolve("config.json"), folder.resolve("config.json"));
        List<TensorSource> tensors = new ArrayList<>();
        try (Checkpoint whole = Checkpoint.open(model("older-layout"))) {
            for (TensorInfo tensor : whole.tensors().tensors().values()) {
                tensors.add(zeros(tensor.name(), tensor.shape()));
            }
        }
        tensors.removeIf(tensor -> tensor.name().equals("model.layers.1.attn.Wqkv.weight"));
        tensors.removeIf(tensor -> tensor.name().equals("model.final_norm.weight"));
        tensors.add(zeros("model.final_norm.weight", List.of(8L)));
        tensors.add(zeros("decoder.weight", List.of(320L, 16L)));
        tensors.add(zeros("left.over", List.of(2L, 3L)));
        SafetensorsWriter.write(folder.resolve(SafetensorsFolder.SINGLE), Map.of(), tensors);
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            String tree = ModelTree.of(checkpoint, Optional.empty()).text(layer -> false);
            String mismatches = tree.substring(tree.indexOf("UNEXPECTED"));
            assertEquals(Files.readString(RESOURCES.resolve(Path.of("inspect", "mismatches.txt"))), mismatches);
        }
    }

    @Test
    void aKnownHeadIsShownEvenWhereItIsMissing() {
        try (Checkpoint checkpoint = Checkpoint.open(model("older-layout"))) {
            Optional<Head> head = Optional.of(Head.named("mean", 3, 0.3));
            String tree = ModelTree.of(checkpoint, head).text(layer -> false);
            assertTrue(tree.contains("\nhead   "));
            assertTrue(tree.contains("\nMISSING"));
            assertTrue(tree.contains("├── head.fc.weight"));
        }
    }

    private static TensorSource zeros(String name, List<Long> shape) {
        int size = Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
        return TensorSource.floats(name, shape, () -> FloatBuffer.allocate(size));
    }

    private static Path model(String fixture) {
        return RESOURCES.resolve(Path.of("fixtures", fixture, "model"));
    }
}
