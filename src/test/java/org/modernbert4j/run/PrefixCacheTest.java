package org.modernbert4j.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.modernbert4j.InputException;
import org.modernbert4j.TestBackends;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.checkpoint.HeadSettings;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.Schedule;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.Network;
import org.modernbert4j.task.Task;
import org.modernbert4j.task.TokenTexts;

/** What a frozen prefix gives is computed once for each text, and nobody can tell from the numbers. */
class PrefixCacheTest {
    private static final int EPOCHS = 3;
    private static final int LONGEST = 40;
    private static final int BYTES_OF_A_FEW_TEXTS = 20_000;
    private static final int PADDING_ID = 2;
    private static final List<String> LABELS = List.of("a", "b", "c");
    private static final List<TokenizedText> TEXTS = texts();

    private static List<TokenizedText> texts() {
        Random random = new Random(11);
        List<TokenizedText> texts = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            int[] ids = random.ints(2 + random.nextInt(LONGEST - 1), 5, 300).toArray();
            texts.add(new TokenizedText(i, ids));
        }
        return texts;
    }

    private static Map<String, float[]> train(
            Backend backend, String head, String trainable, PrefixCache.Limits limits) {
        HeadSettings settings = new HeadSettings(head, 0.3, LONGEST);
        Head built = settings.head(LABELS.size());
        Training training = Training.fineTuning()
                .change()
                .epochs(EPOCHS)
                .batchSize(8)
                .learningRate(1e-3)
                .build();
        try (Network network = TinyCheckpoint.network(built, LONGEST, backend)) {
            Task<ClassificationMetrics> task =
                    TokenTexts.task(network.architecture().config(), settings, LABELS, TEXTS, TEXTS.subList(0, 10));
            Layout layout = Layout.of(network.architecture(), backend, LONGEST, PADDING_ID);
            FreezePlan plan =
                    FreezePlan.of(Schedule.constant(Selector.parse(trainable)), network.architecture(), EPOCHS);
            try (Loop<ClassificationMetrics> loop =
                    new Loop<>(task, network, layout, training, plan, limits, RunListener.NONE, Runs.nowhere())) {
                assertTrue(loop.run());
                Map<String, float[]> weights = new LinkedHashMap<>();
                network.weights()
                        .forEach((parameter, weight) ->
                                weights.put(parameter.name(), TestBackends.floats(backend, weight)));
                return weights;
            }
        }
    }

    @Test
    void aFolderForTemporaryFilesThatCannotBeWrittenSaysHowToNameAnother() {
        String before = System.getProperty("java.io.tmpdir");
        try {
            System.setProperty("java.io.tmpdir", "nowhere");
            InputException error = assertThrows(
                    InputException.class,
                    () -> train(TestBackends.cpu(), "cls", "head", new PrefixCache.Limits(0, 1 << 30)));
            assertTrue(error.getMessage().startsWith("nowhere: cannot be written"), error.getMessage());
            assertTrue(error.getMessage().contains("-Djava.io.tmpdir"), error.getMessage());
        } finally {
            System.setProperty("java.io.tmpdir", before);
        }
    }

    /** All heads and places on the backend with kernels of own ops, one of them on each of the others. */
    private static Stream<Arguments> cases() {
        return TestBackends.names().flatMap(backend -> Stream.of(
                        Arguments.of(backend, "cls", "head"),
                        Arguments.of(backend, "mean", "head"),
                        Arguments.of(backend, "published", "head"),
                        Arguments.of(backend, "lstm", "head"),
                        Arguments.of(backend, "lstm-last", "head"),
                        Arguments.of(backend, "mean", "final_norm, head"),
                        Arguments.of(backend, "cls", "layers.2-3, head"),
                        Arguments.of(backend, "lstm", "layers.3.mlp, head"))
                .limit(backend.equals("cpu") ? Integer.MAX_VALUE : 1));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void rememberedInMemoryOrInAFileOrNotAtAllTheWeightsHaveTheSameBits(String name, String head, String trainable) {
        Backend backend = TestBackends.named(name);
        Map<String, float[]> computed = train(backend, head, trainable, PrefixCache.Limits.NONE);
        for (PrefixCache.Limits limits : List.of(
                new PrefixCache.Limits(1 << 30, 0),
                new PrefixCache.Limits(0, 1 << 30),
                new PrefixCache.Limits(BYTES_OF_A_FEW_TEXTS, BYTES_OF_A_FEW_TEXTS))) {
            train(backend, head, trainable, limits)
                    .forEach((parameter, weight) ->
                            assertArrayEquals(computed.get(parameter), weight, parameter + " with " + limits));
        }
    }
}
