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
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.ops.GraphExecutor;
import org.nd4j.linalg.api.ndarray.INDArray;

class NetworkTest {
    static final List<String> HEADS = Head.NAMES;
    private static final int CLASSES = 5;
    private static final int LONGEST = 130;
    private static final int PADDING = 2;
    private static final double CLOSE = 1e-5;

    private static Network network(String head) {
        return TinyCheckpoint.network(Head.named(head, CLASSES, 0.3), LONGEST);
    }

    @Test
    void aLanguageModelComputesTheRowsWithLabelsOnlyToTheSameLoss() {
        try (Network network = TinyCheckpoint.network(new Head.MaskedLanguageModel(320), LONGEST)) {
            Batch unlabelled = new Layout.Packed().lay(texts(9, 1, 30), new int[0]);
            int[] labels = new int[40];
            Arrays.fill(labels, -1);
            int[] asked = {0, 9, 10, 39};
            double loss = 0;
            try (GraphExecutor.Result all = network.run(unlabelled, Network.LOGITS)) {
                assertArrayEquals(new long[] {40, 320}, all.get(Network.LOGITS).shape());
                for (int row : asked) {
                    labels[row] = unlabelled.ids()[row];
                    double[] logits = all.get(Network.LOGITS).getRow(row).toDoubleVector();
                    loss += Math.log(Arrays.stream(logits).map(Math::exp).sum()) - logits[labels[row]];
                }
            }
            Batch batch = new Batch(unlabelled.ids(), unlabelled.segments(), labels);
            try (GraphExecutor.Result some = network.run(batch, Network.LOSS, Network.LOGITS)) {
                assertArrayEquals(new long[] {4, 320}, some.get(Network.LOGITS).shape());
                assertEquals(loss / asked.length, some.get(Network.LOSS).getDouble(0), CLOSE);
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
        try (GraphExecutor.Result result = network.run(layout.lay(texts, new int[0]), Network.LOGITS)) {
            INDArray logits = result.get(Network.LOGITS);
            float[][] rows = new float[texts.size()][CLASSES];
            for (int i = 0; i < rows.length; i++) {
                for (int c = 0; c < CLASSES; c++) {
                    rows[i][c] = logits.getFloat(i, c);
                }
            }
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
                    logits(network, new Layout.Packed(), texts),
                    logits(network, new Layout.Padded(LONGEST, PADDING), texts));
        }
    }

    @ParameterizedTest
    @FieldSource("HEADS")
    void textsOfEveryLengthInOneBatchAreAsIfAlone(String head) {
        List<int[]> texts = texts(IntStream.rangeClosed(1, LONGEST).toArray());
        try (Network network = network(head)) {
            Layout layout = network.architecture().head().needsPadding()
                    ? new Layout.Padded(LONGEST, PADDING)
                    : new Layout.Packed();
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
            Set<ParameterId> some = Selector.parse(selector).select(network.architecture());
            Map<ParameterId, float[]> all = gradients(network, network.weights().keySet());
            gradients(network, some).forEach((id, gradient) -> assertArrayEquals(all.get(id), gradient, id.name()));
        }
    }

    @Test
    void theGradientOfTheTokenEmbeddingHasTheRowsOfTheBatch() {
        Batch batch = new Layout.Padded(LONGEST, PADDING).lay(texts(5, 30, 12), new int[] {0, 3, 1});
        ParameterId id = new ParameterId.TokenEmbedding();
        try (Network network = network("mean");
                Network.Step step = network.step(batch, Set.of(id), 1.0 / 3, 11)) {
            Gradient.Rows rows = (Gradient.Rows) step.gradients().get(id);
            assertArrayEquals(
                    IntStream.of(batch.ids())
                            .filter(token -> token != PADDING)
                            .sorted()
                            .distinct()
                            .toArray(),
                    rows.ids());
            assertArrayEquals(network.weights().get(id).shape(), rows.dense().shape());
            assertFalse(network.takeStepTimes().containsKey("modernbert_embedding_dw"));
        }
    }

    private static Map<ParameterId, float[]> gradients(Network network, Collection<ParameterId> trainable) {
        Batch batch = new Layout.Packed().lay(texts(5, 30, 12), new int[] {0, 3, 1});
        try (Network.Step step = network.step(batch, trainable, 1.0 / 3, 11)) {
            Map<ParameterId, float[]> gradients = new LinkedHashMap<>();
            step.gradients().forEach((id, gradient) -> gradients.put(id, TinyCheckpoint.values(gradient.dense())));
            assertEquals(trainable.size(), gradients.size());
            return gradients;
        }
    }

    @Test
    void dropoutFollowsFromItsSeed() {
        Batch batch = new Layout.Packed().lay(texts(9, 9), new int[] {0, 1});
        try (Network network = network("cls")) {
            double loss = loss(network, batch, 5);
            assertEquals(loss, loss(network, batch, 5));
            assertTrue(loss != loss(network, batch, 6));
        }
    }

    private static double loss(Network network, Batch batch, long seed) {
        Set<ParameterId> head = Selector.parse("head").select(network.architecture());
        try (Network.Step step = network.step(batch, head, 0.5, seed)) {
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
