package org.modernbert4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.modernbert4j.ReferenceFolder.PaddedBatch;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.checkpoint.PublishedName;
import org.modernbert4j.data.Dataset;
import org.modernbert4j.data.Example;
import org.modernbert4j.data.Labels;
import org.modernbert4j.data.MissingValues;
import org.modernbert4j.data.Sampling;
import org.modernbert4j.data.Split;
import org.modernbert4j.freeze.Schedule;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Batch;
import org.modernbert4j.model.Gradient;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.ParameterId;
import org.modernbert4j.model.ParameterId.HeadParameter;
import org.modernbert4j.model.ParameterId.TokenEmbedding;
import org.modernbert4j.model.Pooling;
import org.modernbert4j.ops.GraphExecutor;
import org.modernbert4j.ops.Lowering;
import org.modernbert4j.ops.Precision;
import org.modernbert4j.ops.kernel.DropoutKernel;
import org.modernbert4j.ops.kernel.Workers;
import org.modernbert4j.report.ClassificationMetrics;
import org.modernbert4j.report.ClassificationReport;
import org.modernbert4j.safetensors.SafetensorsFile;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;
import org.modernbert4j.train.AdamW;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The project against PyTorch, transformers, pandas and scikit-learn: every number of every reference folder, with both
 * lowerings. {@code -Dreference.dir} names another folder, {@code -Dlowering} one of the lowerings.
 *
 * <p>Tolerances: states and logits within 1e-4, or within 1e-5 of the largest entry where that is more than 10: PyTorch's own
 * float32 logits of 27 lie 1.1e-4 from those that it computes in float64. Gradients sum over all rows of a batch and are compared
 * relative to the largest entry of their tensor; a trace repeats that over 21 steps.
 */
class ReferenceParityTest {
    private static final double STATES = 1e-4;
    private static final double GRADIENTS = 1e-3;
    private static final double LOSSES = 1e-4;
    private static final double MOVED = 5e-3;
    private static final List<String> HEADS = List.of("cls", "mean", "lstm", "lstm-last");
    private static final long SEED = 1;

    @TestFactory
    Stream<DynamicNode> everyReferenceFolder() {
        return ReferenceFolder.all().stream()
                .map(folder -> dynamicContainer(
                        folder.toString(),
                        Stream.concat(
                                Stream.of(
                                        dynamicTest("tokenization", () -> tokenization(folder)),
                                        dynamicTest("splits of the data", () -> splitsOfTheData(folder)),
                                        dynamicTest(
                                                "splits of the original size", () -> splitsOfTheOriginalSize(folder)),
                                        dynamicTest("reports", () -> reports(folder))),
                                lowerings()
                                        .map(lowering -> dynamicContainer(
                                                lowering.toString().toLowerCase(Locale.ROOT),
                                                network(folder, lowering))))));
    }

    private static Stream<Lowering> lowerings() {
        return System.getProperty("lowering") == null
                ? Stream.of(Lowering.OWN, Lowering.STOCK)
                : Stream.of(Lowering.ofProcess(Precision.FLOAT32));
    }

    private static Stream<DynamicTest> network(ReferenceFolder folder, Lowering lowering) {
        List<DynamicTest> tests = new ArrayList<>();
        tests.add(dynamicTest("hidden states", () -> hiddenStates(folder, lowering)));
        tests.add(dynamicTest("long text", () -> longText(folder, lowering)));
        tests.add(dynamicTest("language model", () -> languageModel(folder, lowering)));
        for (String head : HEADS) {
            tests.add(dynamicTest(head + " head", () -> head(folder, lowering, head)));
        }
        for (String trace : folder.json("traces.json").getAsJsonObject().keySet()) {
            tests.add(dynamicTest("trace " + trace, () -> trace(folder, lowering, trace)));
        }
        if (folder.has("classification.safetensors")) {
            tests.add(dynamicTest("published classifier", () -> publishedClassifier(folder, lowering)));
        }
        if (folder.has("mlm.safetensors")) {
            tests.add(dynamicTest("language model gradients", () -> languageModelGradients(folder, lowering)));
        }
        return tests.stream();
    }

    private static void tokenization(ReferenceFolder folder) {
        JsonArray cases = folder.json("tokenization.json").getAsJsonArray();
        assertFalse(cases.isEmpty());
        try (HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(folder.model())) {
            for (JsonElement element : cases) {
                JsonObject expected = element.getAsJsonObject();
                int[] padded = ints(expected.getAsJsonArray("input_ids"));
                int tokens = Arrays.stream(ints(expected.getAsJsonArray("attention_mask")))
                        .sum();
                String text = expected.get("text").getAsString();
                assertArrayEquals(Arrays.copyOf(padded, tokens), tokenizer.encode(text, padded.length), text);
                for (int i = tokens; i < padded.length; i++) {
                    assertEquals(padded[i], tokenizer.specialTokens().pad(), text);
                }
            }
        }
    }

    private static void hiddenStates(ReferenceFolder folder, Lowering lowering) {
        try (SafetensorsFile expected = folder.tensors("forward.safetensors")) {
            PaddedBatch batch = ReferenceFolder.batch(expected, "", "labels");
            try (Network network = network(folder, pooled(2, Pooling.CLS), lowering, batch.length())) {
                int layers = network.architecture().config().layers();
                String[] names = IntStream.rangeClosed(0, layers)
                        .mapToObj(Network::hiddenState)
                        .toArray(String[]::new);
                for (Batch rows : layouts(batch, lowering)) {
                    try (GraphExecutor.Result result = network.run(rows, names)) {
                        for (String name : names) {
                            assertRows(name, expected.floats(name), batch, rows, result.get(name));
                        }
                        assertRows(
                                "last_hidden_state",
                                expected.floats("last_hidden_state"),
                                batch,
                                rows,
                                result.get(names[layers]));
                    }
                }
            }
        }
    }

    private static void longText(ReferenceFolder folder, Lowering lowering) {
        try (SafetensorsFile expected = folder.tensors("forward.safetensors")) {
            PaddedBatch batch = ReferenceFolder.batch(expected, "long.", null);
            try (Network network = network(folder, pooled(2, Pooling.CLS), lowering, batch.length())) {
                String last =
                        Network.hiddenState(network.architecture().config().layers());
                try (GraphExecutor.Result result = network.run(batch.padded(), last)) {
                    assertRows(
                            "long.last_hidden_state",
                            expected.floats("long.last_hidden_state"),
                            batch,
                            batch.padded(),
                            result.get(last));
                }
            }
        }
    }

    private static void languageModel(ReferenceFolder folder, Lowering lowering) {
        try (SafetensorsFile expected = folder.tensors("forward.safetensors")) {
            assumeTrue(
                    expected.tensors().containsKey("mlm_logits"),
                    "forward.safetensors has no mlm_logits here; mlm.safetensors is checked");
            PaddedBatch batch = ReferenceFolder.batch(expected, "", null);
            try (Network network = languageModel(folder, lowering, batch.length())) {
                for (Batch rows : layouts(batch, lowering)) {
                    try (GraphExecutor.Result result = network.run(rows, Network.LOGITS)) {
                        assertRows(
                                "mlm_logits", expected.floats("mlm_logits"), batch, rows, result.get(Network.LOGITS));
                    }
                }
            }
        }
    }

    private static void head(ReferenceFolder folder, Lowering lowering, String name) {
        try (SafetensorsFile expected = folder.tensors("forward.safetensors");
                SafetensorsFile gradients = folder.tensors("gradients.safetensors")) {
            PaddedBatch batch = ReferenceFolder.batch(expected, "", "labels");
            try (Network network = network(folder, head(folder, name), lowering, batch.length())) {
                readHead(folder, network);
                for (Batch rows : network.architecture().head().needsPadding()
                        ? List.of(batch.padded())
                        : layouts(batch, lowering)) {
                    try (Network.Step step = network.step(
                            rows,
                            network.weights().keySet(),
                            1.0 / batch.labels().length,
                            DropoutKernel.NOTHING_DROPPED)) {
                        assertClose(name + ".logits", expected.floats(name + ".logits"), step.logits(), STATES);
                        assertEquals(expected.floats(name + ".loss")[0], step.loss(), LOSSES, name + ".loss");
                        assertGradients(gradients, name + ".", "bert.", step.gradients());
                    }
                }
            }
        }
    }

    private static void publishedClassifier(ReferenceFolder folder, Lowering lowering) {
        try (SafetensorsFile expected = folder.tensors("classification.safetensors");
                SafetensorsFile forward = folder.tensors("forward.safetensors")) {
            PaddedBatch tokens = ReferenceFolder.batch(forward, "", null);
            int[] labels = Arrays.stream(expected.longs("labels"))
                    .mapToInt(Math::toIntExact)
                    .toArray();
            PaddedBatch batch = new PaddedBatch(tokens.texts(), labels, tokens.length(), tokens.paddingId());
            int classes =
                    Math.toIntExact(expected.tensor("classifier.weight").shape().get(0));
            try (Network network = network(folder, new Head.Published(classes), lowering, batch.length())) {
                for (Map.Entry<ParameterId, INDArray> entry : network.weights().entrySet()) {
                    if (entry.getKey() instanceof HeadParameter) {
                        expected.readFloats(
                                PublishedName.of(entry.getKey()).tensor(),
                                entry.getValue().data().asNioFloat());
                    }
                }
                for (Batch rows : layouts(batch, lowering)) {
                    try (Network.Step step = network.step(
                            rows, network.weights().keySet(), 1.0 / labels.length, DropoutKernel.NOTHING_DROPPED)) {
                        assertClose("logits", expected.floats("logits"), step.logits(), STATES);
                        assertEquals(expected.floats("loss")[0], step.loss(), LOSSES, "loss");
                        Map<ParameterId, Gradient> ofHead = new LinkedHashMap<>(step.gradients());
                        ofHead.keySet().removeIf(id -> !(id instanceof HeadParameter));
                        assertGradients(expected, "grad.", "", ofHead);
                    }
                }
            }
        }
    }

    private static void languageModelGradients(ReferenceFolder folder, Lowering lowering) {
        try (SafetensorsFile expected = folder.tensors("mlm.safetensors")) {
            PaddedBatch batch = ReferenceFolder.batch(expected, "", null);
            int[] labels = Arrays.stream(expected.longs("labels"))
                    .mapToInt(Math::toIntExact)
                    .toArray();
            int counted =
                    (int) Arrays.stream(labels).filter(label -> label >= 0).count();
            Batch padded = new PaddedBatch(batch.texts(), labels, batch.length(), batch.paddingId()).padded();
            try (Network network = languageModel(folder, lowering, batch.length());
                    Network.Step step = network.step(
                            padded, network.weights().keySet(), 1.0 / counted, DropoutKernel.NOTHING_DROPPED)) {
                assertEquals(expected.floats("loss")[0], step.loss(), LOSSES, "loss");
                assertClose("logits", expected.floats("logits"), step.logits(), STATES);
                assertGradients(expected, "grad.", PublishedName.ENCODER_PREFIX, step.gradients());
            }
        }
    }

    private static void trace(ReferenceFolder folder, Lowering lowering, String name) {
        JsonObject expected = folder.json("traces.json").getAsJsonObject().getAsJsonObject(name);
        try (SafetensorsFile stored = folder.tensors("trace-batches.safetensors")) {
            List<PaddedBatch> batches = new ArrayList<>();
            while (stored.tensors().containsKey(batches.size() + ".input_ids")) {
                int number = batches.size();
                batches.add(ReferenceFolder.batch(stored, number + ".", number + ".labels"));
            }
            Head head = head(folder, expected.get("head").getAsString());
            try (Network network =
                            network(folder, head, lowering, batches.get(0).length());
                    Workers workers = new Workers(1)) {
                AdamW optimizer = new AdamW(0.9, 0.999, 1e-8, workers);
                readHead(folder, network);
                Map<ParameterId, INDArray> start = new LinkedHashMap<>();
                network.weights().forEach((id, array) -> start.put(id, array.dup()));
                Schedule schedule = Schedule.of(
                        expected.get("schedule").getAsString(),
                        network.architecture().config());
                int phaseSteps = expected.get("phase_steps").getAsInt();
                JsonArray losses = expected.getAsJsonArray("losses");
                for (int i = 0; i < losses.size(); i++) {
                    int phase = i / phaseSteps;
                    Set<ParameterId> trainable = schedule.selector(phase).select(network.architecture());
                    assertEquals(
                            expected.getAsJsonArray("trainable_parameters")
                                    .get(phase)
                                    .getAsLong(),
                            trainable.stream()
                                    .mapToLong(network.architecture()::parameters)
                                    .sum(),
                            "trainable parameters of phase " + phase);
                    PaddedBatch batch = batches.get(i % batches.size());
                    boolean padded = lowering == Lowering.STOCK || head.needsPadding();
                    Batch rows = padded ? batch.padded() : batch.packed();
                    optimizer.prepare(new TokenEmbedding(), rows.ids());
                    try (Network.Step step =
                            network.step(rows, trainable, 1.0 / batch.labels().length, DropoutKernel.NOTHING_DROPPED)) {
                        assertEquals(losses.get(i).getAsDouble(), step.loss(), LOSSES, "loss of step " + i);
                        step.gradients()
                                .forEach((id, gradient) -> optimizer.update(
                                        id,
                                        network.weights().get(id),
                                        gradient,
                                        1,
                                        expected.get("lr").getAsDouble(),
                                        expected.get("weight_decay").getAsDouble()));
                    }
                }
                optimizer.flush();
                network.weights().forEach((id, array) -> assertMoved(expected, id, start.get(id), array));
            }
        }
    }

    private static void assertMoved(JsonObject expected, ParameterId id, INDArray start, INDArray end) {
        String name = traceName(id);
        double moved = expected.getAsJsonObject("moved").get(name).getAsDouble();
        double norm = expected.getAsJsonObject("final_norms").get(name).getAsDouble();
        assertEquals(moved, end.sub(start).norm2Number().doubleValue(), MOVED * moved, name + " moved");
        assertEquals(norm, end.norm2Number().doubleValue(), STATES * norm, name + " norm");
    }

    /** The name in a trace, where query, key and value are modules of their own. */
    private static String traceName(ParameterId id) {
        PublishedName published = PublishedName.of(id);
        if (!published.encoder()) {
            return published.tensor();
        }
        String name = published.isThird()
                ? published.tensor().replace("Wqkv.", "Wqkv." + "qkv".charAt(published.third()) + ".")
                : published.tensor();
        return "bert." + name;
    }

    private static void splitsOfTheData(ReferenceFolder folder) {
        assumeTrue(Files.exists(folder.data()), "the data of these splits is not here: " + folder.data());
        List<Example> all =
                Dataset.read(folder.data(), "text", "topic", MissingValues.DROP).examples();
        List<Example> kept =
                Sampling.exclude(all, Set.of("Легпром", "Библиотека")).kept();
        JsonArray splits = folder.json("splits.json").getAsJsonObject().getAsJsonArray("lenta_sample");
        assertFalse(splits.isEmpty());
        for (JsonElement element : splits) {
            JsonObject expected = element.getAsJsonObject();
            long seed = expected.get("seed").getAsLong();
            assertEquals(expected.get("kept").getAsInt(), kept.size());
            List<Example> sampled = Sampling.sample(kept, expected.get("frac").getAsDouble(), seed);
            assertArrayEquals(ints(expected.getAsJsonArray("sampled")), rows(sampled));
            assertEquals(
                    strings(expected.getAsJsonArray("labels")),
                    Labels.byFirstAppearance(sampled).names());
            Split split = Sampling.stratifiedSplit(sampled, 0.2, seed);
            assertArrayEquals(ints(expected.getAsJsonArray("train")), rows(split.train()));
            assertArrayEquals(ints(expected.getAsJsonArray("validation")), rows(split.validation()));
        }
    }

    /** Row i has topic big[(i * 7919) % n], where big holds each class as often as it counts. */
    private static void splitsOfTheOriginalSize(ReferenceFolder folder) {
        JsonObject expected = folder.json("splits.json").getAsJsonObject().getAsJsonObject("seed_size");
        List<String> big = new ArrayList<>();
        expected.getAsJsonObject("counts").entrySet().forEach(count -> {
            for (int i = 0; i < count.getValue().getAsInt(); i++) {
                big.add(count.getKey());
            }
        });
        List<Example> all = IntStream.range(0, big.size())
                .mapToObj(i -> new Example(i, "", big.get((int) (i * 7919L % big.size()))))
                .toList();
        List<Example> sampled = Sampling.sample(all, 0.25, 42);
        assertDigest(expected, "sampled", sampled);
        assertEquals(
                strings(expected.getAsJsonArray("labels")),
                Labels.byFirstAppearance(sampled).names());
        Split split = Sampling.stratifiedSplit(sampled, 0.2, 42);
        assertDigest(expected, "train", split.train());
        assertDigest(expected, "validation", split.validation());
    }

    private static void assertDigest(JsonObject expected, String part, List<Example> examples) {
        String joined = examples.stream().map(e -> String.valueOf(e.row())).collect(Collectors.joining(","));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(joined.getBytes(StandardCharsets.UTF_8));
            assertEquals(
                    expected.getAsJsonObject(part).get("sha256_of_comma_joined").getAsString(),
                    HexFormat.of().formatHex(digest),
                    part);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void reports(ReferenceFolder folder) {
        JsonArray reports = folder.json("reports.json").getAsJsonArray();
        assertFalse(reports.isEmpty());
        for (JsonElement element : reports) {
            JsonObject expected = element.getAsJsonObject();
            ClassificationMetrics metrics = ClassificationMetrics.of(
                    ints(expected.getAsJsonArray("y_true")),
                    ints(expected.getAsJsonArray("y_pred")),
                    strings(expected.getAsJsonArray("target_names")));
            assertEquals(expected.get("report").getAsString(), ClassificationReport.text(metrics));
            assertEquals(expected.get("accuracy").getAsDouble(), metrics.accuracy(), 1e-12);
            JsonObject weighted = expected.getAsJsonObject("weighted");
            assertEquals(
                    weighted.get("precision").getAsDouble(), metrics.weighted().precision(), 1e-12);
            assertEquals(
                    weighted.get("recall").getAsDouble(), metrics.weighted().recall(), 1e-12);
            assertEquals(weighted.get("f1").getAsDouble(), metrics.weighted().f1(), 1e-12);
        }
    }

    private static Head pooled(int classes, Pooling pooling) {
        return new Head.Pooled(classes, 0.3, pooling);
    }

    /** A head of the folder: its number of classes follows from its weights. */
    private static Head head(ReferenceFolder folder, String name) {
        try (SafetensorsFile heads = folder.tensors("heads.safetensors")) {
            int classes =
                    Math.toIntExact(heads.tensor(name + ".fc.weight").shape().get(0));
            return switch (name) {
                case "cls" -> pooled(classes, Pooling.CLS);
                case "mean" -> pooled(classes, Pooling.MEAN);
                case "lstm" -> new Head.Lstm(classes, 0.3, true);
                case "lstm-last" -> new Head.Lstm(classes, 0.3, false);
                default -> throw new IllegalArgumentException(name);
            };
        }
    }

    private static void readHead(ReferenceFolder folder, Network network) {
        String prefix = network.architecture().head().name() + ".";
        try (SafetensorsFile heads = folder.tensors("heads.safetensors")) {
            network.weights().forEach((id, array) -> {
                if (id instanceof HeadParameter) {
                    heads.readFloats(
                            prefix + PublishedName.of(id).tensor(), array.data().asNioFloat());
                }
            });
        }
    }

    private static Network network(ReferenceFolder folder, Head head, Lowering lowering, int length) {
        try (Checkpoint checkpoint = Checkpoint.open(folder.model())) {
            Architecture architecture = Architecture.of(checkpoint.config(), head);
            return new Network(architecture, checkpoint.load(architecture, SEED).weights(), lowering, length);
        }
    }

    private static Network languageModel(ReferenceFolder folder, Lowering lowering, int length) {
        try (Checkpoint checkpoint = Checkpoint.open(folder.model())) {
            Head head = new Head.MaskedLanguageModel(checkpoint.config().vocabularySize());
            return network(folder, head, lowering, length);
        }
    }

    /** Packed and padded, where the lowering knows both. */
    private static List<Batch> layouts(PaddedBatch batch, Lowering lowering) {
        return lowering == Lowering.STOCK ? List.of(batch.padded()) : List.of(batch.padded(), batch.packed());
    }

    /** Compares the rows of a batch, packed or padded, with what PyTorch gave for all padded positions. */
    private static void assertRows(String name, float[] expected, PaddedBatch batch, Batch rows, INDArray actual) {
        int width = expected.length / (batch.texts().size() * batch.length());
        float[] found = actual.data().asFloat();
        double tolerance = STATES * Math.max(1, largest(expected) / 10);
        for (int text = 0; text < rows.texts(); text++) {
            int start = rows.segments().starts()[text];
            for (int i = 0; i < rows.segments().span(text) * width; i++) {
                assertEquals(expected[text * batch.length() * width + i], found[start * width + i], tolerance, name);
            }
        }
    }

    private static void assertClose(String name, float[] expected, INDArray actual, double tolerance) {
        assertEquals(expected.length, actual.length(), name);
        float[] found = flat(actual);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], found[i], tolerance, name + " element " + i);
        }
    }

    private static float[] flat(INDArray array) {
        return Arrays.copyOf(array.data().asFloat(), Math.toIntExact(array.length()));
    }

    /** Compares gradients by published name; a third of a fused tensor with its slice. */
    private static void assertGradients(
            SafetensorsFile expected, String prefix, String encoderPrefix, Map<ParameterId, Gradient> gradients) {
        assertTrue(gradients.size() > 1);
        gradients.forEach((id, whatIsNotZero) -> {
            INDArray gradient = whatIsNotZero.dense();
            PublishedName published = PublishedName.of(id);
            float[] whole = expected.floats(prefix + published.withPrefix(encoderPrefix));
            int count = Math.toIntExact(gradient.length());
            int from = published.isThird() ? published.third() * count : 0;
            float[] slice = Arrays.copyOfRange(whole, from, from + count);
            assertClose(prefix + id.name(), slice, gradient, GRADIENTS * largest(slice) + 1e-9);
        });
    }

    private static double largest(float[] values) {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private static int[] rows(List<Example> examples) {
        return examples.stream().mapToInt(Example::row).toArray();
    }

    private static int[] ints(JsonArray array) {
        return array.asList().stream().mapToInt(JsonElement::getAsInt).toArray();
    }

    private static List<String> strings(JsonArray array) {
        return array.asList().stream().map(JsonElement::getAsString).toList();
    }
}
