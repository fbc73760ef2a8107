package org.modernbert4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;
import static org.modernbert4j.TestBackends.floats;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.modernbert4j.ReferenceFolder.PaddedBatch;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.freeze.Schedule;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Gradient;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.MaskedLanguageModelHead;
import org.modernbert4j.model.ModernBert;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.model.Parameter.Published;
import org.modernbert4j.model.PublishedHead;
import org.modernbert4j.ops.Batch;
import org.modernbert4j.ops.GraphExecutor;
import org.modernbert4j.ops.GraphLayers;
import org.modernbert4j.optim.AdamWSettings;
import org.modernbert4j.optim.Optimizer;
import org.modernbert4j.optim.ParameterRates;
import org.modernbert4j.safetensors.SafetensorsFile;

/**
 * The network against PyTorch and transformers: every number of every reference folder, on each backend. {@code -Dreference.dir}
 * names another folder, {@code -Dbackend} one of the backends.
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
                        TestBackends.names()
                                .map(name -> dynamicContainer(name, tests(folder, TestBackends.named(name))))));
    }

    private static Stream<DynamicTest> tests(ReferenceFolder folder, Backend backend) {
        List<DynamicTest> tests = new ArrayList<>();
        tests.add(dynamicTest("hidden states", () -> hiddenStates(folder, backend)));
        tests.add(dynamicTest("long text", () -> longText(folder, backend)));
        tests.add(dynamicTest("language model", () -> languageModel(folder, backend)));
        for (String head : HEADS) {
            tests.add(dynamicTest(head + " head", () -> head(folder, backend, head)));
        }
        for (String trace : folder.json("traces.json").getAsJsonObject().keySet()) {
            tests.add(dynamicTest("trace " + trace, () -> trace(folder, backend, trace)));
        }
        if (folder.has("classification.safetensors")) {
            tests.add(dynamicTest("published classifier", () -> publishedClassifier(folder, backend)));
        }
        if (folder.has("mlm.safetensors")) {
            tests.add(dynamicTest("language model gradients", () -> languageModelGradients(folder, backend)));
        }
        return tests.stream();
    }

    private static void hiddenStates(ReferenceFolder folder, Backend backend) {
        try (SafetensorsFile expected = folder.tensors("forward.safetensors")) {
            PaddedBatch batch = ReferenceFolder.batch(expected, "", "labels");
            try (Network network = network(folder, Head.named("cls", 2, 0.3), backend, batch.length())) {
                int layers = network.architecture().config().encoder().layers();
                String[] names = IntStream.rangeClosed(0, layers)
                        .mapToObj(ModernBert::hiddenState)
                        .toArray(String[]::new);
                for (Batch rows : layouts(batch, backend)) {
                    try (GraphExecutor.Result result = network.run(rows, names)) {
                        for (String name : names) {
                            assertRows(name, expected.floats(name), batch, rows, floats(backend, result.get(name)));
                        }
                        float[] last = floats(backend, result.get(names[layers]));
                        assertRows("last_hidden_state", expected.floats("last_hidden_state"), batch, rows, last);
                    }
                }
            }
        }
    }

    private static void longText(ReferenceFolder folder, Backend backend) {
        try (SafetensorsFile expected = folder.tensors("forward.safetensors")) {
            PaddedBatch batch = ReferenceFolder.batch(expected, "long.", null);
            try (Network network = network(folder, Head.named("cls", 2, 0.3), backend, batch.length())) {
                String last = ModernBert.hiddenState(
                        network.architecture().config().encoder().layers());
                try (GraphExecutor.Result result = network.run(batch.padded(), last)) {
                    String name = "long.last_hidden_state";
                    float[] states = floats(backend, result.get(last));
                    assertRows(name, expected.floats(name), batch, batch.padded(), states);
                }
            }
        }
    }

    private static void languageModel(ReferenceFolder folder, Backend backend) {
        try (SafetensorsFile expected = folder.tensors("forward.safetensors")) {
            assumeTrue(
                    expected.tensors().containsKey("mlm_logits"),
                    "forward.safetensors has no mlm_logits here; mlm.safetensors is checked");
            PaddedBatch batch = ReferenceFolder.batch(expected, "", null);
            try (Network network = languageModel(folder, backend, batch.length())) {
                for (Batch rows : layouts(batch, backend)) {
                    Batch all = PaddedBatch.selecting(rows, new int[0]);
                    try (GraphExecutor.Result result = network.run(all, Network.LOGITS)) {
                        float[] logits = floats(backend, result.get(Network.LOGITS));
                        assertRows("mlm_logits", expected.floats("mlm_logits"), batch, rows, logits);
                    }
                }
            }
        }
    }

    private static void head(ReferenceFolder folder, Backend backend, String name) {
        try (SafetensorsFile expected = folder.tensors("forward.safetensors");
                SafetensorsFile gradients = folder.tensors("gradients.safetensors")) {
            PaddedBatch batch = ReferenceFolder.batch(expected, "", "labels");
            Head head = head(folder, name);
            try (Network network = network(folder, head, backend, batch.length())) {
                readHead(folder, network);
                for (Batch rows : head.needsPadding() ? List.of(batch.padded()) : layouts(batch, backend)) {
                    try (Network.Step step = step(network, rows)) {
                        assertClose(name + ".logits", expected.floats(name + ".logits"), logits(step, backend), STATES);
                        assertEquals(expected.floats(name + ".loss")[0], step.loss(), LOSSES, name + ".loss");
                        assertGradients(gradients, name + ".", "bert.", backend, step.gradients());
                    }
                }
            }
        }
    }

    private static void publishedClassifier(ReferenceFolder folder, Backend backend) {
        try (SafetensorsFile expected = folder.tensors("classification.safetensors");
                SafetensorsFile forward = folder.tensors("forward.safetensors")) {
            PaddedBatch batch = ReferenceFolder.batch(forward, "", null).labelled(expected.longs("labels"));
            int classes =
                    Math.toIntExact(expected.tensor("classifier.weight").shape().get(0));
            try (Network network = network(folder, new PublishedHead(classes), backend, batch.length())) {
                readHead(network, expected, "");
                for (Batch rows : layouts(batch, backend)) {
                    try (Network.Step step = step(network, rows)) {
                        assertClose("logits", expected.floats("logits"), logits(step, backend), STATES);
                        assertEquals(expected.floats("loss")[0], step.loss(), LOSSES, "loss");
                        Map<Parameter, Gradient> ofHead = new LinkedHashMap<>(step.gradients());
                        ofHead.keySet().removeIf(parameter -> !parameter.isOfHead());
                        assertGradients(expected, "grad.", "", backend, ofHead);
                    }
                }
            }
        }
    }

    private static void languageModelGradients(ReferenceFolder folder, Backend backend) {
        try (SafetensorsFile expected = folder.tensors("mlm.safetensors")) {
            PaddedBatch batch = ReferenceFolder.batch(expected, "", null).labelled(expected.longs("labels"));
            Batch rows = PaddedBatch.selecting(batch.padded(), batch.labels());
            try (Network network = languageModel(folder, backend, batch.length());
                    Network.Step step = step(network, rows)) {
                assertEquals(expected.floats("loss")[0], step.loss(), LOSSES, "loss");
                assertClose("logits", expected.floats("logits"), logits(step, backend), STATES);
                assertGradients(expected, "grad.", "model.", backend, step.gradients());
            }
        }
    }

    private static void trace(ReferenceFolder folder, Backend backend, String name) {
        JsonObject expected = folder.json("traces.json").getAsJsonObject().getAsJsonObject(name);
        List<PaddedBatch> batches = new ArrayList<>();
        try (SafetensorsFile stored = folder.tensors("trace-batches.safetensors")) {
            while (stored.tensors().containsKey(batches.size() + ".input_ids")) {
                int number = batches.size();
                batches.add(ReferenceFolder.batch(stored, number + ".", number + ".labels"));
            }
        }
        Head head = head(folder, expected.get("head").getAsString());
        try (Network network = network(folder, head, backend, batches.get(0).length());
                Optimizer optimizer = adamW(network, expected)) {
            readHead(folder, network);
            Map<Parameter, float[]> start = values(network);
            Schedule schedule = Schedule.of(
                    expected.get("schedule").getAsString(),
                    network.architecture().config().encoder());
            int phaseSteps = expected.get("phase_steps").getAsInt();
            JsonArray losses = expected.getAsJsonArray("losses");
            for (int i = 0; i < losses.size(); i++) {
                int phase = i / phaseSteps;
                Set<Parameter> trainable = schedule.selector(phase).select(network.architecture());
                assertEquals(
                        expected.getAsJsonArray("trainable_parameters")
                                .get(phase)
                                .getAsLong(),
                        trainable.stream().mapToLong(Parameter::elements).sum(),
                        "trainable parameters of phase " + phase);
                PaddedBatch batch = batches.get(i % batches.size());
                boolean padded = !backend.hasKernels() || head.needsPadding();
                Batch rows = padded ? batch.padded() : batch.packed();
                optimizer.begin(rows);
                double scale = 1.0 / rows.targets().count();
                try (Network.Step step = network.step(rows, Map.of(), trainable, scale, GraphLayers.NO_DROPOUT)) {
                    assertEquals(losses.get(i).getAsDouble(), step.loss(), LOSSES, "loss of step " + i);
                    optimizer.step(step.gradients(), 1, 1);
                }
            }
            optimizer.flush();
            values(network).forEach((parameter, end) -> assertMoved(expected, parameter, start.get(parameter), end));
        }
    }

    private static Optimizer adamW(Network network, JsonObject expected) {
        ParameterRates rates = ParameterRates.uniform(
                expected.get("lr").getAsDouble(), expected.get("weight_decay").getAsDouble());
        return AdamWSettings.TORCH.open(network.backend(), network.weights(), rates.of(network.architecture()));
    }

    private static Map<Parameter, float[]> values(Network network) {
        Map<Parameter, float[]> values = new LinkedHashMap<>();
        network.weights().forEach((parameter, array) -> values.put(parameter, floats(network.backend(), array)));
        return values;
    }

    private static void assertMoved(JsonObject expected, Parameter parameter, float[] start, float[] end) {
        String name = traceName(parameter);
        double moved = expected.getAsJsonObject("moved").get(name).getAsDouble();
        double norm = expected.getAsJsonObject("final_norms").get(name).getAsDouble();
        assertEquals(moved, norm(end, start), MOVED * moved, name + " moved");
        assertEquals(norm, norm(end, new float[end.length]), STATES * norm, name + " norm");
    }

    private static double norm(float[] one, float[] other) {
        return Math.sqrt(IntStream.range(0, one.length)
                .mapToDouble(i -> Math.pow((double) one[i] - other[i], 2))
                .sum());
    }

    /** The name in a trace, where query, key and value are modules of their own. */
    private static String traceName(Parameter parameter) {
        Published published = parameter.published();
        if (parameter.isOfHead()) {
            return published.tensor();
        }
        String name = published.isWhole()
                ? published.tensor()
                : published.tensor().replace("Wqkv.", "Wqkv." + "qkv".charAt(published.part()) + ".");
        return "bert." + name;
    }

    private static Network.Step step(Network network, Batch rows) {
        double scale = 1.0 / rows.targets().count();
        return network.step(rows, Map.of(), network.architecture().parameters(), scale, GraphLayers.NO_DROPOUT);
    }

    private static float[] logits(Network.Step step, Backend backend) {
        return floats(backend, step.logits());
    }

    /** A head of the folder: its number of classes follows from its weights. */
    private static Head head(ReferenceFolder folder, String name) {
        try (SafetensorsFile heads = folder.tensors("heads.safetensors")) {
            int classes =
                    Math.toIntExact(heads.tensor(name + ".fc.weight").shape().get(0));
            return Head.named(name, classes, 0.3);
        }
    }

    private static void readHead(ReferenceFolder folder, Network network) {
        try (SafetensorsFile heads = folder.tensors("heads.safetensors")) {
            readHead(network, heads, network.architecture().requireHead().name() + ".");
        }
    }

    private static void readHead(Network network, SafetensorsFile file, String prefix) {
        for (Parameter parameter : network.architecture().ofHead()) {
            Array array = network.weights().get(parameter);
            String tensor = prefix + parameter.published().tensor();
            network.backend().write(array, memory -> file.readFloats(tensor, memory));
        }
    }

    private static Network network(ReferenceFolder folder, Head head, Backend backend, int length) {
        try (Checkpoint checkpoint = Checkpoint.open(folder.model())) {
            Architecture architecture = Architecture.of(checkpoint.config(), head);
            Map<Parameter, Array> weights =
                    checkpoint.load(architecture, backend, SEED).weights();
            return new Network(architecture, weights, backend, Precision.FLOAT32, length);
        }
    }

    private static Network languageModel(ReferenceFolder folder, Backend backend, int length) {
        try (Checkpoint checkpoint = Checkpoint.open(folder.model())) {
            int vocabulary = checkpoint.config().encoder().vocabularySize();
            return network(folder, new MaskedLanguageModelHead(vocabulary), backend, length);
        }
    }

    /** Packed and padded, where the backend knows both. */
    private static List<Batch> layouts(PaddedBatch batch, Backend backend) {
        return backend.hasKernels() ? List.of(batch.padded(), batch.packed()) : List.of(batch.padded());
    }

    /** Compares the rows of a batch, packed or padded, with what PyTorch gave for all padded positions. */
    private static void assertRows(String name, float[] expected, PaddedBatch batch, Batch rows, float[] found) {
        int width = expected.length / (batch.texts().size() * batch.length());
        double tolerance = STATES * Math.max(1, largest(expected) / 10);
        for (int text = 0; text < rows.texts(); text++) {
            int start = rows.segments().starts()[text];
            for (int i = 0; i < rows.segments().span(text) * width; i++) {
                assertEquals(expected[text * batch.length() * width + i], found[start * width + i], tolerance, name);
            }
        }
    }

    private static void assertClose(String name, float[] expected, float[] found, double tolerance) {
        assertEquals(expected.length, found.length, name);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], found[i], tolerance, name + " element " + i);
        }
    }

    /** Compares gradients by published name; part of a fused tensor with that part. */
    private static void assertGradients(
            SafetensorsFile expected,
            String prefix,
            String encoderPrefix,
            Backend backend,
            Map<Parameter, Gradient> gradients) {
        assertTrue(gradients.size() > 1);
        gradients.forEach((parameter, gradient) -> {
            float[] found = TestBackends.dense(backend, gradient);
            float[] part = ReferenceFolder.part(expected, prefix, encoderPrefix, parameter);
            assertClose(prefix + parameter, part, found, GRADIENTS * largest(part) + 1e-9);
        });
    }

    private static double largest(float[] values) {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
