package org.modernbert4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.modernbert4j.TinyCheckpoint.DATA;
import static org.modernbert4j.TinyCheckpoint.MODEL;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.safetensors.DType;
import org.modernbert4j.safetensors.SafetensorsFile;
import org.modernbert4j.safetensors.SafetensorsWriter;
import org.modernbert4j.safetensors.TensorSource;

class ExportCommandTest {
    private static final Set<String> FILES = Set.of(
            "README.md", "SHA256SUMS", "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json");

    @TempDir
    private static Path shared;

    private static Path run;

    @TempDir
    private Path temp;

    @BeforeAll
    static void trainThePublishedHead() {
        run = train(shared, "published", DATA);
    }

    private static Path train(Path folder, String head, Path data) {
        return train(folder, MODEL, head, data);
    }

    private static Path train(Path folder, Path model, String head, Path data) {
        Path output = folder.resolve("run-" + head);
        Map<String, ?> options = Map.of(
                "--model",
                model,
                "--data",
                data,
                "--label",
                "topic",
                "--output",
                output,
                "--epochs",
                2,
                "--max-length",
                32,
                "--head",
                head);
        Console trained = Console.train(options, "--learning-rate", 0.01);
        assertEquals(0, trained.code(), trained.err());
        return output;
    }

    private Path export(Path model, Object... more) {
        Path output = temp.resolve("exported");
        Console exported = exportTo(output, model, more);
        assertEquals(0, exported.code(), exported.err());
        assertEquals("saved in " + output + System.lineSeparator(), exported.out());
        return output;
    }

    private static Console exportTo(Path output, Path model, Object... more) {
        return Console.run(Stream.concat(Stream.of("export", "--model", model, "--output", output), Stream.of(more))
                .toArray());
    }

    private void assertRefused(Path model, String why, Object... more) {
        Path output = temp.resolve("refused");
        Console refused = exportTo(output, model, more);
        assertEquals(Main.BAD_INPUT, refused.code(), refused.err());
        assertEquals(1, refused.errLines().size(), refused.err());
        assertTrue(refused.err().contains(why), refused.err());
        assertFalse(Files.exists(output));
    }

    @Test
    void thePublishedHeadIsWrittenAsTransformersNamesIt() throws IOException {
        Path output = temp.resolve("exported");
        Console exported = exportTo(output, run);
        assertEquals("", exported.err());
        try (Stream<Path> files = Files.list(output)) {
            assertEquals(FILES, files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()));
        }
        for (Path saved : List.of(output, run.resolve("best"))) {
            assertFalse(Files.exists(saved.resolve("head.json")));
            String tokenizer = Files.readString(saved.resolve("tokenizer_config.json"));
            assertTrue(tokenizer.contains("\"model_max_length\": 32,"), tokenizer);
        }
        String text = Files.readString(output.resolve("config.json"));
        JsonObject config = JsonParser.parseString(text).getAsJsonObject();
        assertEquals(
                "[\"ModernBertForSequenceClassification\"]",
                config.get("architectures").toString());
        assertEquals("float32", config.get("torch_dtype").getAsString());
        assertEquals(8, config.getAsJsonObject("id2label").size());
        for (int id = 0; id < 8; id++) {
            String label =
                    config.getAsJsonObject("id2label").get(String.valueOf(id)).getAsString();
            assertEquals(id, config.getAsJsonObject("label2id").get(label).getAsInt());
            assertTrue(label.codePoints()
                    .anyMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.CYRILLIC));
            assertTrue(text.contains("\"" + label + "\""), text);
        }
        try (SafetensorsFile weights = SafetensorsFile.open(output.resolve("model.safetensors"))) {
            assertTrue(weights.tensors()
                    .keySet()
                    .containsAll(List.of(
                            "model.embeddings.tok_embeddings.weight",
                            "model.layers.0.attn.Wqkv.weight",
                            "head.dense.weight",
                            "head.norm.weight",
                            "classifier.weight",
                            "classifier.bias")));
            assertEquals("pt", weights.metadata().get("format"));
        }
    }

    /** All but the card, which people edit. */
    @Test
    void whatIsExportedIsCheckedWhenItIsRead() throws IOException {
        Path output = export(run);
        Files.writeString(output.resolve("README.md"), "ours");
        assertEquals(0, Console.run("predict", "--model", output, "x").code());
        assertEquals(0, Console.run("inspect", output).code());
        for (String name : FILES) {
            if (name.equals("README.md") || name.equals("SHA256SUMS")) {
                continue;
            }
            Path file = output.resolve(name);
            byte[] bytes = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(bytes, bytes.length + 1));
            for (Console read : List.of(
                    Console.run("predict", "--model", output, "x"),
                    Console.run("inspect", output),
                    Console.run("encode", "--model", output, "--output", temp.resolve("e.npy"), "x"),
                    exportTo(temp.resolve("again"), output))) {
                assertEquals(Main.BAD_INPUT, read.code(), read.err());
                assertTrue(read.err().startsWith(file + ": has the SHA-256 "), read.err());
            }
            Files.write(file, bytes);
        }
    }

    @Test
    void whatIsExportedPredictsTheSame() {
        Path output = export(run);
        Console expected = Console.run("predict", "--model", run, "--probabilities", "Матч окончен.");
        Console found = Console.run("predict", "--model", output, "--probabilities", "Матч окончен.");
        assertEquals(0, found.code(), found.err());
        assertEquals(expected.out(), found.out());
    }

    @ParameterizedTest
    @CsvSource({"float32, F32, 0", "bfloat16, BF16, 0x1p-8", "FLOAT16, F16, 0x1p-11"})
    void weightsAreStoredInTheTypeThatIsAskedFor(String name, DType type, double rounding) throws IOException {
        Path output = export(run, "--dtype", name);
        try (SafetensorsFile trained = SafetensorsFile.open(run.resolve("best").resolve("model.safetensors"));
                SafetensorsFile exported = SafetensorsFile.open(output.resolve("model.safetensors"))) {
            assertEquals(trained.tensors().keySet(), exported.tensors().keySet());
            for (String tensor : trained.tensors().keySet()) {
                assertEquals(type, exported.tensor(tensor).type());
                float[] wanted = trained.floats(tensor);
                float[] found = exported.floats(tensor);
                for (int i = 0; i < wanted.length; i++) {
                    double least = 0x1p-25; // half of the least float16
                    assertEquals(
                            wanted[i],
                            found[i],
                            Math.max(least * Math.signum(rounding), rounding * Math.abs(wanted[i])));
                }
            }
        }
        assertTrue(Files.readString(output.resolve("config.json"))
                .contains("\"torch_dtype\": \"" + name.toLowerCase(Locale.ROOT) + "\""));
        Console predicted = Console.run("predict", "--model", output, "Матч окончен.");
        assertEquals(0, predicted.code(), predicted.err());
    }

    @Test
    void theCardTellsOfTheTrainingAndNotOfThisMachine() throws IOException, NoSuchAlgorithmException {
        String card = Files.readString(export(run).resolve("README.md"));
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(DATA)));
        String runs = Files.readString(run.resolve("README.md"));
        for (String part : List.of(
                "---\nlibrary_name: transformers\n",
                "# exported\n",
                "AutoModelForSequenceClassification.from_pretrained(\"DIR\")",
                "max_length=32",
                "- data: data.csv\n- data sha256: " + hash + "\n",
                "- model: model\n",
                "- learning rate: 0.01\n",
                "- head: published\n",
                runs.substring(runs.indexOf("- Loss: "), runs.indexOf("## How to use")),
                runs.substring(runs.indexOf("### Training results"), runs.indexOf("### Framework versions")))) {
            assertTrue(card.contains(part), part + " in\n" + card);
        }
        assertTrue(runs.contains("- data sha256: " + hash + "\n"), runs);
        assertFalse(card.contains(shared.toString()) || card.contains(MODEL.toString()), card);
    }

    @Test
    void theCardsNameTheModelOfTheHubThatItComesFrom() throws IOException {
        String commit = "0a".repeat(20);
        Path downloaded = TinyCheckpoint.copyTo(
                temp.resolve("models--owner--name/snapshots").resolve(commit));
        Path trained = train(temp, downloaded, "published", DATA);
        for (Path folder : List.of(trained, export(trained))) {
            String card = Files.readString(folder.resolve("README.md"));
            assertTrue(card.contains("\nbase_model: owner/name\npipeline_tag: "), card);
            assertTrue(card.contains("- model: owner/name@" + commit + "\n"), card);
            assertFalse(card.contains("snapshots"), card);
        }
    }

    @ParameterizedTest
    @CsvSource({"cls, one linear layer, 'states[:, 0]'", "lstm-last, an LSTM, torch.nn.LSTM"})
    void aHeadThatTransformersLacksIsSaidToBeOne(String head, String what, String code) throws IOException {
        Path output = temp.resolve("exported");
        Console exported = exportTo(output, train(temp, head, DATA));
        assertEquals(0, exported.code(), exported.err());
        assertEquals(1, exported.errLines().size(), exported.err());
        String limits =
                "transformers has no class for the head " + head + " (" + what + "): AutoModel loads the encoder";
        assertTrue(exported.err().startsWith("note: " + limits), exported.err());
        String card = Files.readString(output.resolve("README.md"));
        assertTrue(card.startsWith("---\nlibrary_name: modernbert4j\n"), card);
        assertTrue(card.contains(limits) && card.contains(code) && card.contains("weights[\"fc.weight\"]"), card);
        assertTrue(Files.readString(output.resolve("config.json")).contains("\"ModernBertModel\""));
    }

    @Test
    void dataThatAreGoneAreNotNeeded() throws IOException {
        Path data = Files.copy(DATA, temp.resolve("gone.csv"));
        Path trained = train(temp, "mean", data);
        Files.delete(data);
        assertTrue(
                Files.readString(export(trained).resolve("README.md")).contains("- data: gone.csv\n- data sha256: "));
    }

    @Test
    void theBestEpochOfARunCanBeNamedItself() throws IOException {
        assertArrayEquals(
                Files.readAllBytes(run.resolve("best").resolve("model.safetensors")),
                Files.readAllBytes(export(run.resolve("best")).resolve("model.safetensors")));
        assertTrue(
                Files.readString(temp.resolve("exported").resolve("README.md")).contains("### Training results"));
    }

    @Test
    void withoutARunTheCardTellsNothingOfTheTraining() throws IOException {
        Path output = temp.resolve("not there").resolve("again");
        Console exported = exportTo(output, export(run));
        assertEquals(0, exported.code(), exported.err());
        assertEquals(1, exported.errLines().size(), exported.err());
        assertTrue(exported.err().contains("tells nothing of the training"), exported.err());
        String card = Files.readString(output.resolve("README.md"));
        assertTrue(card.contains("This model is a fine-tuned ModernBERT encoder."), card);
        assertFalse(card.contains("Training"), card);
    }

    @Test
    void anOutputThatIsThereAlreadyIsLeftAlone() throws IOException {
        Path output = Files.createDirectory(temp.resolve("exported"));
        Console refused = exportTo(output, run);
        assertEquals(Main.BAD_INPUT, refused.code());
        assertTrue(refused.err().startsWith(output + ": exists already"), refused.err());
        try (Stream<Path> files = Files.list(output)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void aModelWithoutAHeadIsRefused() {
        assertRefused(MODEL, "holds a pre-trained model without a classifier, expected one that train saved");
        assertRefused(temp.resolve("nowhere"), "no such folder");
    }

    @Test
    void aWeightThatFloat16CannotHoldIsRefused() throws IOException {
        Path model = export(run);
        Path weights = model.resolve("model.safetensors");
        List<TensorSource> tensors = new ArrayList<>();
        try (SafetensorsFile file = SafetensorsFile.open(weights)) {
            file.tensors().forEach((name, info) -> {
                float[] values = file.floats(name);
                if (name.equals("classifier.bias")) {
                    values[3] = -70_000;
                }
                tensors.add(TensorSource.floats(name, info.shape(), () -> FloatBuffer.wrap(values)));
            });
            SafetensorsWriter.write(weights, Map.of("format", "pt"), tensors);
        }
        Files.delete(model.resolve("SHA256SUMS"));
        assertRefused(model, "tensor classifier.bias: -70000.0 is too large for F16", "--dtype", "float16");
        try (Stream<Path> files = Files.list(temp)) {
            assertEquals(List.of(model), files.toList());
        }
    }
}
