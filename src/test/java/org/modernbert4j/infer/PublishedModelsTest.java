package org.modernbert4j.infer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.InputException;
import org.modernbert4j.Progress;
import org.modernbert4j.TestBackends;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.infer.TextClassifier.Classification;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.MaskedLanguageModelHead;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.model.PublishedHead;
import org.modernbert4j.ops.Batch;
import org.modernbert4j.ops.GraphExecutor;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;

/** Models that transformers saved, without any file of this project, give the numbers of transformers. */
class PublishedModelsTest {
    private static final Path CHECKPOINTS = Path.of("src", "test", "resources", "checkpoints");
    private static final double TOLERANCE = 1e-4;

    @TempDir
    private Path temp;

    /** What transformers computes. */
    private record Expected(List<String> texts, double[][] scores, double[][] mean, int token, double[] masked) {
        static Expected of(Path folder) throws IOException {
            return new Gson().fromJson(Files.readString(folder.resolve("expected.json")), Expected.class);
        }
    }

    private Path model(String name) throws IOException {
        Path folder = TinyCheckpoint.copyTo(temp.resolve(name));
        for (String file : List.of("config.json", "model.safetensors", "expected.json")) {
            Files.write(
                    folder.resolve(file),
                    Files.readAllBytes(CHECKPOINTS.resolve(name).resolve(file)));
        }
        return folder;
    }

    private static void configure(Path folder, Map<String, String> fields) throws IOException {
        Path file = folder.resolve("config.json");
        JsonObject config = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        fields.forEach((name, value) -> config.add(name, JsonParser.parseString(value)));
        Files.writeString(file, config.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mean-of-three | music | music",
                "only-counted | LABEL_2 | LABEL_2",
                "one-output | LABEL_0 | LABEL_0",
                "several-labels | a,b | a,b",
                "regression | LABEL_0 | LABEL_0",
            })
    void classifiersGiveTheScoresOfThePipeline(String name, String first, String second) throws IOException {
        Path folder = model(name);
        Expected expected = Expected.of(folder);
        try (TextClassifier classifier = TextClassifier.open(folder)) {
            List<Classification> found = classifier.classify(expected.texts, Progress.NONE);
            for (int i = 0; i < found.size(); i++) {
                assertArrayEquals(expected.scores[i], found.get(i).probabilities(), TOLERANCE, name);
                assertEquals(i == 0 ? first : second, found.get(i).label());
            }
        }
    }

    @Test
    void aClassWithoutANameIsSaid() throws IOException {
        Path folder = model("mean-of-three");
        configure(folder, Map.of("id2label", "{\"1\": \"a\", \"2\": \"b\", \"3\": \"c\"}"));
        try (TextClassifier classifier = TextClassifier.open(folder)) {
            assertEquals(List.of("LABEL_0", "a", "b"), classifier.labels());
            assertTrue(classifier.notes().get(0).startsWith("config.json: id2label has the ids [1, 2, 3]"));
        }
    }

    @Test
    void labelsWithACommaAreQuotedAmongSeveral() throws IOException {
        Path folder = model("several-labels");
        configure(folder, Map.of("id2label", "{\"0\": \"c, d\", \"1\": \"b\", \"2\": \"a\"}"));
        try (TextClassifier classifier = TextClassifier.open(folder)) {
            assertEquals(
                    "\"c, d\",b",
                    classifier.classify(Expected.of(folder).texts.get(0)).label());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bare", "tokens"})
    void encodersGiveTheHiddenStates(String name) throws IOException {
        Path folder = model(name);
        Expected expected = Expected.of(folder);
        try (TextEncoder encoder = TextEncoder.open(folder)) {
            for (int i = 0; i < expected.texts.size(); i++) {
                float[] mean = encoder.encode(expected.texts.get(i), Optional.of(Pooling.MEAN));
                assertArrayEquals(expected.mean[i], doubles(mean), TOLERANCE, name);
            }
        }
    }

    /** With a decoder of its own. */
    @Test
    void aMaskedLanguageModelGuessesTheSame() throws IOException {
        Path folder = model("masked-untied");
        Expected expected = Expected.of(folder);
        Backend backend = TestBackends.cpu();
        try (Checkpoint checkpoint = Checkpoint.open(folder);
                HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(folder)) {
            Architecture architecture = Architecture.of(checkpoint.config(), new MaskedLanguageModelHead(320));
            Checkpoint.Loaded loaded = checkpoint.load(architecture, backend, 1);
            assertEquals(List.of(), loaded.report());
            Map<Parameter, Array> weights = loaded.weights();
            int[] ids = tokenizer.encode(expected.texts.get(1), 64);
            Batch text = Layout.packed().lay(List.of(ids));
            Batch batch = new Batch(text.ids(), text.segments(), new int[] {expected.token}, text.targets());
            try (Network network = new Network(architecture, weights, backend, Precision.FLOAT32, 64);
                    GraphExecutor.Result result = network.run(batch, Network.LOGITS)) {
                float[] found = TestBackends.floats(backend, result.get(Network.LOGITS));
                assertArrayEquals(expected.masked, doubles(found), TOLERANCE);
            }
        }
    }

    private static double[] doubles(float[] numbers) {
        return IntStream.range(0, numbers.length).mapToDouble(i -> numbers[i]).toArray();
    }

    @Test
    void textsAreCutAsTheTokenizerSaysButNotBeyondThePositions() throws IOException {
        Path folder = model("mean-of-three");
        String longText = "The fox runs over the hill. ".repeat(40);
        Path file = folder.resolve("tokenizer_config.json");
        String sound = Files.readString(file);
        for (int most : new int[] {8, 64}) {
            String length = most == 8 ? "8" : "1000000000000000019884624838656";
            Files.writeString(file, sound.replace("\"model_max_length\": 256", "\"model_max_length\": " + length));
            try (SavedClassifier saved = SavedClassifier.open(folder);
                    TextClassifier classifier = TextClassifier.open(folder)) {
                assertEquals(most, saved.settings().maxLength());
                assertEquals("music", classifier.classify(longText).label());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "tokens | {} | holds a ModernBertForTokenClassification, which labels the tokens of a text",
                "bare | {} | holds a pre-trained model without a classifier",
                "only-counted | {\"id2label\": null} | found 2 labels, expected 4, as classifier.weight has so many rows",
                "mean-of-three | {\"classifier_activation\": \"gelu_new\"} | mean-of-three/config.json: classifier_activation: found gelu_new, expected one of [gelu, relu, silu, tanh]; use another checkpoint, or train another head on its encoder",
                "mean-of-three | {\"architectures\": null} | mean-of-three/config.json: architectures: found nothing, expected ModernBertForSequenceClassification",
                "only-counted | {\"architectures\": []} | only-counted/config.json: architectures: found nothing, expected ModernBertForSequenceClassification",
                "several-labels | {\"architectures\": [\"Other\"]} | config.json: architectures: found Other, expected ModernBertForSequenceClassification, as the weights have its head; correct the file, or use a folder that train saved",
                "mean-of-three | {\"architectures\": null, \"id2label\": null} | architectures: found nothing",
            })
    void whatIsNoClassifierIsSaid(String name, String fields, String message) throws IOException {
        Path folder = model(name);
        JsonObject others = JsonParser.parseString(fields).getAsJsonObject();
        for (String field : others.keySet()) {
            configure(folder, Map.of(field, others.get(field).toString()));
        }
        String found = assertThrows(InputException.class, () -> TextClassifier.open(folder))
                .getMessage();
        assertTrue(found.contains(message), found);
    }

    /** Its tensors are named as those of a classifier of texts, and would fit. */
    @Test
    void theHeadOfATokenClassifierIsLeftOut() throws IOException {
        Path folder = model("tokens");
        assertLeftOut(folder, "ModernBertForTokenClassification");
    }

    @Test
    void theHeadOfARegressionIsLeftOut() throws IOException {
        Path folder = model("several-labels");
        configure(folder, Map.of("problem_type", "\"regression\""));
        assertLeftOut(folder, "regression");
    }

    private static void assertLeftOut(Path folder, String head) {
        Backend backend = TestBackends.cpu();
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            Architecture architecture =
                    Architecture.of(checkpoint.config().withLabels(List.of("a", "b", "c")), new PublishedHead(3));
            Checkpoint.Loaded loaded = checkpoint.load(architecture, backend, 1);
            List<String> lines = loaded.report();
            assertEquals(folder + ": its head (" + head + ") is left out", lines.get(0));
            assertTrue(lines.stream().skip(1).allMatch(line -> line.contains("MISSING")), lines.toString());
            assertEquals(4, loaded.missing().size(), lines.toString());
            loaded.weights().values().forEach(Array::close);
        }
    }

    @Test
    void aFieldOfTheHeadIsNoObstacleToAnEncoder() throws IOException {
        Path folder = model("bare");
        configure(folder, Map.of("classifier_activation", "\"gelu_new\"", "id2label", "{\"1\": \"a\", \"2\": \"a\"}"));
        try (TextEncoder encoder = TextEncoder.open(folder)) {
            assertEquals(8, encoder.hidden());
        }
    }
}
