package org.modernbert4j.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.InputException;
import org.modernbert4j.TestBackends;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.ops.Batch;
import org.modernbert4j.ops.GraphExecutor;
import org.modernbert4j.ops.Targets;

class NetworkTest {
    static final List<String> HEADS = Head.names();
    private static final int CLASSES = 5;
    private static final int LONGEST = 130;
    private static final int PADDING = 2;
    private static final double CLOSE = 1e-5;

    private static Network network(String head) {
        return TinyCheckpoint.network(Head.named(head, CLASSES, 0.3), LONGEST);
    }

    private static float[] floats(Network network, Array array) {
        return TestBackends.floats(network.backend(), array);
    }

    @Test
    void aLanguageModelComputesTheSelectedRowsOnlyToTheSameLoss() {
        try (Network network = TinyCheckpoint.network(new MaskedLanguageModelHead(320), LONGEST)) {
            Batch texts = Layout.packed().lay(texts(9, 1, 30));
            int[] all = IntStream.range(0, 40).toArray();
            int[] some = {0, 9, 10, 39};
            int[] labels = IntStream.of(some).map(row -> texts.ids()[row]).toArray();
            double loss = 0;
            Batch everyRow = new Batch(texts.ids(), texts.segments(), all, Targets.NONE);
            try (GraphExecutor.Result result = network.run(everyRow, Network.LOGITS)) {
                assertArrayEquals(
                        new long[] {40, 320}, result.get(Network.LOGITS).shape());
                float[] logits = floats(network, result.get(Network.LOGITS));
                for (int i = 0; i < some.length; i++) {
                    int start = some[i] * 320;
                    double sum = IntStream.range(start, start + 320)
                            .mapToDouble(k -> Math.exp(logits[k]))
                            .sum();
                    loss += Math.log(sum) - logits[start + labels[i]];
                }
            }
            Batch selected = new Batch(texts.ids(), texts.segments(), some, new Targets.Classes(labels));
            try (GraphExecutor.Result result = network.run(selected, Network.LOSS, Network.LOGITS)) {
                assertArrayEquals(
                        new long[] {4, 320}, result.get(Network.LOGITS).shape());
                assertEquals(loss / some.length, floats(network, result.get(Network.LOSS))[0], CLOSE);
            }
        }
    }

    @Test
    void anEncoderWithoutAHeadGivesTheHiddenStatesOfOneWithAHead() {
        Batch batch = Layout.packed().lay(texts(9, 1, 30));
        Architecture bare = Architecture.of(ModernBertConfig.read(TinyCheckpoint.MODEL));
        String last = ModernBert.hiddenState(bare.config().encoder().layers());
        try (Network with = network("cls")) {
            Map<Parameter, Array> weights = new LinkedHashMap<>(with.weights());
            weights.keySet().removeIf(Parameter::isOfHead);
            try (Network without = new Network(bare, weights, TestBackends.cpu(), Precision.FLOAT32, LONGEST);
                    GraphExecutor.Result expected = with.run(batch, last);
                    GraphExecutor.Result found = without.run(batch, last)) {
                assertArrayEquals(floats(with, expected.get(last)), floats(without, found.get(last)));
            }
        }
    }

    /** Texts of random tokens. */
    private static List<int[]> texts(int... lengths) {
        Random random = new Random(3);
        List<int[]> texts = new ArrayList<>();
        for (int length : lengths) {
            texts.add(random.ints(length, 3, 320).toArray());
        }
        return texts;
    }

    private static float[][] logits(Network network, Layout layout, List<int[]> texts) {
        try (GraphExecutor.Result result = network.run(layout.lay(texts), Network.LOGITS)) {
            float[] logits = floats(network, result.get(Network.LOGITS));
            float[][] rows = new float[texts.size()][];
            Arrays.setAll(rows, i -> Arrays.copyOfRange(logits, i * CLASSES, (i + 1) * CLASSES));
            return rows;
        }
    }

    private static void assertClose(float[][] expected, float[][] actual) {
        assertEquals(expected.length, actual.length);
        for (int i = 0; i < expected.length; i++) {
            for (int c = 0; c < CLASSES; c++) {
                assertEquals(expected[i][c], actual[i][c], CLOSE, "text " + i);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cls", "mean", "lstm-last", "published"})
    void paddingChangesNoLogits(String head) {
        List<int[]> texts = texts(1, 2, 40, 7, 130, 129);
        try (Network network = network(head)) {
            assertClose(
                    logits(network, Layout.packed(), texts), logits(network, Layout.padded(LONGEST, PADDING), texts));
        }
    }

    @ParameterizedTest
    @FieldSource("HEADS")
    void textsOfEveryLengthInOneBatchAreAsIfAlone(String head) {
        List<int[]> texts = texts(IntStream.rangeClosed(1, LONGEST).toArray());
        try (Network network = network(head)) {
            Layout layout = network.architecture().requireHead().needsPadding()
                    ? Layout.padded(LONGEST, PADDING)
                    : Layout.packed();
            float[][] together = logits(network, layout, texts);
            float[][] alone = new float[texts.size()][];
            for (int i = 0; i < alone.length; i++) {
                alone[i] = logits(network, layout, List.of(texts.get(i)))[0];
            }
            assertClose(alone, together); // NaN is close to nothing but NaN
            for (float[] row : together) {
                for (float logit : row) {
                    assertTrue(Float.isFinite(logit));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"head", "layers.2", "layers.1.attn.q, norms", "embeddings", "layers.0.mlp.wo, layers.3.attn.v"})
    void aGradientDoesNotDependOnWhichOthersAreAskedFor(String selector) {
        try (Network network = network("mean")) {
            Set<Parameter> some = Selector.parse(selector).select(network.architecture());
            Map<Parameter, float[]> all =
                    gradients(network, network.architecture().parameters());
            gradients(network, some)
                    .forEach(
                            (parameter, gradient) -> assertArrayEquals(all.get(parameter), gradient, parameter.name()));
        }
    }

    @Test
    void theGradientOfTheTokenEmbeddingHasTheRowsOfTheBatch() {
        Batch batch = labelled(Layout.padded(LONGEST, PADDING), texts(5, 30, 12), 0, 3, 1);
        try (Network network = network("mean")) {
            Parameter embedding = network.architecture().parameters().get(0);
            try (Network.Step step = network.step(batch, Map.of(), Set.of(embedding), 1.0 / 3, 11)) {
                Gradient.Rows rows = (Gradient.Rows) step.gradients().get(embedding);
                assertArrayEquals(
                        IntStream.of(batch.ids())
                                .filter(token -> token != PADDING)
                                .sorted()
                                .distinct()
                                .toArray(),
                        rows.ids());
                assertArrayEquals(
                        new long[] {rows.ids().length, 16}, rows.values().shape());
                assertEquals(320, rows.entries());
                assertFalse(network.takeStepTimes().containsKey("modernbert_embedding_dw"));
            }
        }
    }

    private static Batch labelled(Layout layout, List<int[]> texts, int... labels) {
        return layout.lay(texts).with(new Targets.Classes(labels));
    }

    private static Map<Parameter, float[]> gradients(Network network, Collection<Parameter> trainable) {
        Batch batch = labelled(Layout.packed(), texts(5, 30, 12), 0, 3, 1);
        try (Network.Step step = network.step(batch, Map.of(), trainable, 1.0 / 3, 11)) {
            Map<Parameter, float[]> gradients = new LinkedHashMap<>();
            step.gradients()
                    .forEach((parameter, gradient) ->
                            gradients.put(parameter, TestBackends.dense(network.backend(), gradient)));
            assertEquals(trainable.size(), gradients.size());
            return gradients;
        }
    }

    @Test
    void dropoutFollowsFromItsSeed() {
        Batch batch = labelled(Layout.packed(), texts(9, 9), 0, 1);
        try (Network network = network("cls")) {
            double loss = loss(network, batch, 5);
            assertEquals(loss, loss(network, batch, 5));
            assertTrue(loss != loss(network, batch, 6));
        }
    }

    private static double loss(Network network, Batch batch, long seed) {
        Set<Parameter> head = Selector.parse("head").select(network.architecture());
        try (Network.Step step = network.step(batch, Map.of(), head, 0.5, seed)) {
            return step.loss();
        }
    }

    @Test
    void refusesTextsLongerThanThePositions() {
        InputException error =
                assertThrows(InputException.class, () -> TinyCheckpoint.network(Head.named("cls", CLASSES, 0), 257));
        assertTrue(error.getMessage().contains("max_position_embeddings 256"), error.getMessage());
    }
}
