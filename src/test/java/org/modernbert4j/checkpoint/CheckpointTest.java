package org.modernbert4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.modernbert4j.TinyCheckpoint.MODEL;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.modernbert4j.InputException;
import org.modernbert4j.TestBackends;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.backend.Array;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.MaskedLanguageModelHead;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.safetensors.SafetensorsFile;
import org.modernbert4j.safetensors.SafetensorsFolder;
import org.modernbert4j.safetensors.SafetensorsWriter;
import org.modernbert4j.safetensors.TensorSource;

class CheckpointTest {
    static final List<String> HEADS = Head.names();
    private static final Head LANGUAGE_MODEL = new MaskedLanguageModelHead(320);
    private static final long SEED = 5;

    @TempDir
    private Path temp;

    private static Checkpoint.Loaded load(Path folder, Head head) {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return checkpoint.load(Architecture.of(checkpoint.config(), head), TestBackends.cpu(), SEED);
        }
    }

    private static float[] values(Array array) {
        return TestBackends.floats(TestBackends.cpu(), array);
    }

    private static String refusal(Path folder, Head head) {
        return assertThrows(InputException.class, () -> load(folder, head)).getMessage();
    }

    private static void write(Path folder, Head head, Map<Parameter, Array> weights) {
        ModernBertConfig config = ModernBertConfig.read(MODEL);
        CheckpointWriter.write(folder, Architecture.of(config, head), weights, TestBackends.cpu(), WeightType.FLOAT32);
    }

    /** A copy of the checkpoint whose tensors have other names, or none. */
    private Path renamed(Function<String, Optional<String>> newName) throws IOException {
        Path folder = TinyCheckpoint.copyTo(temp.resolve("renamed"));
        Path weights = folder.resolve(SafetensorsFolder.SINGLE);
        List<TensorSource> tensors = new ArrayList<>();
        try (SafetensorsFile file = SafetensorsFile.open(MODEL.resolve(SafetensorsFolder.SINGLE))) {
            file.tensors().forEach((name, info) -> {
                float[] values = file.floats(name);
                newName.apply(name)
                        .ifPresent(other ->
                                tensors.add(TensorSource.floats(other, info.shape(), () -> FloatBuffer.wrap(values))));
            });
            Files.delete(weights);
            SafetensorsWriter.write(weights, Map.of(), tensors);
        }
        return folder;
    }

    @Test
    void writesTheTensorsThatItReadByteForByte() {
        write(temp, LANGUAGE_MODEL, load(MODEL, LANGUAGE_MODEL).weights());
        try (SafetensorsFile published = SafetensorsFile.open(MODEL.resolve(SafetensorsFolder.SINGLE));
                SafetensorsFile written = SafetensorsFile.open(temp.resolve(SafetensorsFolder.SINGLE))) {
            assertTrue(written.tensors().containsKey("model.layers.0.attn.Wqkv.weight"));
            assertEquals(Map.of("format", "pt"), written.metadata()); // older releases of transformers require it
            for (String name : written.tensors().keySet()) {
                assertEquals(
                        published.tensor(name).shape(), written.tensor(name).shape(), name);
                assertArrayEquals(published.floats(name), written.floats(name), name);
            }
            List<String> notWritten = new ArrayList<>(published.tensors().keySet());
            notWritten.removeAll(written.tensors().keySet());
            notWritten.remove("decoder.weight"); // repeats the token embedding
            assertEquals(List.of(), notWritten);
        }
    }

    @ParameterizedTest
    @FieldSource("HEADS")
    void whatIsSavedIsLoadedBackToTheBit(String name) {
        Head head = Head.named(name, 3, 0.1);
        Map<Parameter, Array> weights = load(MODEL, head).weights();
        write(temp, head, weights);
        Checkpoint.Loaded loaded = load(temp, head);
        assertEquals(List.of(), loaded.report());
        assertEquals(weights.keySet(), loaded.weights().keySet());
        weights.forEach((parameter, weight) ->
                assertArrayEquals(values(weight), values(loaded.weights().get(parameter)), parameter.name()));
    }

    @Test
    void namesWithoutPrefixAreTheSameEncoder() throws IOException {
        Head head = Head.named("cls", 3, 0);
        Path bare = renamed(name -> Optional.of(name.replaceFirst("^model\\.", "")));
        Map<Parameter, Array> expected = load(MODEL, head).weights();
        load(bare, head)
                .weights()
                .forEach((parameter, weight) ->
                        assertArrayEquals(values(expected.get(parameter)), values(weight), parameter.name()));
    }

    @Test
    void reportsWhatIsNotUsedAndWhatIsNew() {
        List<String> lines = load(MODEL, Head.named("cls", 3, 0)).report();
        assertEquals(
                List.of(
                        "decoder.bias      | UNEXPECTED: in the file, not used",
                        "head.dense.weight | UNEXPECTED: in the file, not used",
                        "head.norm.weight  | UNEXPECTED: in the file, not used",
                        "fc.weight         | MISSING: not in the file, initialised",
                        "fc.bias           | MISSING: not in the file, initialised"),
                lines);
    }

    @Test
    void anEncoderTensorThatIsMissingIsAnError() throws IOException {
        String lost = "model.layers.2.mlp.Wi.weight";
        Path folder = renamed(name -> Optional.of(name).filter(kept -> !kept.equals(lost)));
        String message = refusal(folder, LANGUAGE_MODEL);
        assertTrue(message.contains(folder.toString()) && message.contains(lost), message);
    }

    @Test
    void aShapeThatDoesNotFitIsAnErrorWithBothShapes() throws IOException {
        Path folder = TinyCheckpoint.copyTo(temp.resolve("model"));
        Path config = folder.resolve("config.json");
        String json = Files.readString(config);
        String wider = json.replace("\"intermediate_size\": 26", "\"intermediate_size\": 28");
        assertFalse(wider.equals(json));
        Files.writeString(config, wider);
        String message = refusal(folder, LANGUAGE_MODEL);
        assertTrue(
                message.contains("model.layers.0.mlp.Wi.weight has shape [52, 16], config.json needs [56, 16]"),
                message);
    }

    @Test
    void aHeadOfOtherLabelsIsAnError() {
        Head three = Head.named("cls", 3, 0);
        write(temp, three, load(MODEL, three).weights());
        String message = refusal(temp, Head.named("cls", 4, 0));
        assertTrue(message.contains("fc.weight has shape [3, 16], the head needs [4, 16]"), message);
    }
}
