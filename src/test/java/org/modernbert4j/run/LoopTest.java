package org.modernbert4j.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.modernbert4j.TestBackends;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Recording;
import org.modernbert4j.checkpoint.HeadSettings;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.Schedule;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.model.Gradient;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.ops.GraphLayers;
import org.modernbert4j.run.RunProgress.Phase;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.Task;
import org.modernbert4j.task.Task.Part;
import org.modernbert4j.task.TokenTexts;

/** Single steps of the loop, without dropout, on texts of random tokens. */
class LoopTest {
    private static final int BATCH = 16;
    private static final int LONGEST = 24;
    private static final int PADDING_ID = 2;
    private static final int FIRST_UNUSED_TOKEN = 200;
    private static final String EMBEDDING = "embeddings.tok_embeddings.weight";
    private static final String MEAN = "exp_avg.";
    private static final List<String> LABELS = List.of("a", "b", "c");
    private static final HeadSettings HEAD = new HeadSettings("mean", 0, LONGEST);
    private static final int STEPS = 4;
    private static final List<TokenizedText> TEXTS = texts(BATCH);
    private static final List<TokenizedText> MORE_TEXTS = texts(STEPS * BATCH);

    /** What a run of one epoch over one batch did: the weights after it, and the optimizer's running mean. */
    private record Outcome(Map<String, float[]> weights, Map<String, float[]> means) {}

    private static List<TokenizedText> texts(int count) {
        Random random = new Random(7);
        List<TokenizedText> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int[] ids = random.ints(1 + random.nextInt(LONGEST), PADDING_ID + 1, FIRST_UNUSED_TOKEN)
                    .toArray();
            texts.add(new TokenizedText(i, ids));
        }
        return texts;
    }

    private static Network network(Backend backend) {
        return TinyCheckpoint.network(HEAD.head(LABELS.size()), LONGEST, backend);
    }

    private static Task<ClassificationMetrics> task(Network network, List<TokenizedText> training) {
        return TokenTexts.task(network.architecture().config(), HEAD, LABELS, training, TEXTS);
    }

    private static Layout layout(Network network) {
        return Layout.of(network.architecture(), network.backend(), LONGEST, PADDING_ID);
    }

    private static Loop<ClassificationMetrics> loop(
            Network network,
            List<TokenizedText> texts,
            Training training,
            RunListener listener,
            Loop.Keeper<ClassificationMetrics> keeper) {
        FreezePlan plan = FreezePlan.of(
                Schedule.constant(Selector.parse("all")), network.architecture(), training.epochs(texts.size()));
        return new Loop<>(
                task(network, texts),
                network,
                layout(network),
                training,
                plan,
                PrefixCache.Limits.NONE,
                listener,
                keeper);
    }

    private static Outcome oneStep(Backend backend, Consumer<Training.Builder> changes) {
        Training.Builder training = Training.fineTuning().change().epochs(1).learningRate(1e-3);
        training.weightDecay(0, Selector.parse("none"));
        changes.accept(training);
        try (Network network = network(backend);
                Loop<ClassificationMetrics> loop =
                        loop(network, TEXTS, training.build(), RunListener.NONE, Runs.nowhere())) {
            assertTrue(loop.run());
            assertEquals(1, loop.state().step);
            Outcome outcome = new Outcome(weights(network), new LinkedHashMap<>());
            loop.optimizer().state().forEach((name, array) -> {
                if (name.startsWith(MEAN)) {
                    outcome.means.put(name.substring(MEAN.length()), TestBackends.floats(backend, array));
                }
            });
            return outcome;
        }
    }

    private static Map<String, float[]> weights(Network network) {
        Map<String, float[]> weights = new LinkedHashMap<>();
        network.weights()
                .forEach((parameter, weight) ->
                        weights.put(parameter.name(), TestBackends.floats(network.backend(), weight)));
        return weights;
    }

    /** The host makes a batch, and only then waits for the loss, the logits and the norm of the step before. */
    @ParameterizedTest
    @MethodSource("org.modernbert4j.TestBackends#names")
    void theNextBatchIsMadeWhileTheBackendComputes(String name) {
        Recording recording = new Recording(TestBackends.named(name));
        List<String> steps = new ArrayList<>();
        RunListener listener = new RunListener() {
            @Override
            public void progress(RunProgress progress) {
                if (progress.phase() == Phase.TRAINING) {
                    steps.add(recording.take());
                }
            }
        };
        Training training = Training.fineTuning().change().epochs(2).build();
        try (Network network = network(recording.backend());
                Loop<ClassificationMetrics> loop = loop(network, MORE_TEXTS, training, listener, Runs.nowhere())) {
            recording.take();
            assertTrue(loop.run());
        }
        String inner = "RUWS";
        String last = "RWS";
        assertEquals(2 * STEPS, steps.size());
        assertTrue(steps.get(0).endsWith("U" + inner), steps.get(0));
        assertEquals(List.of(inner, inner, last), steps.subList(1, STEPS), "the first epoch");
        assertTrue(steps.get(STEPS).endsWith("WU" + inner), steps.get(STEPS)); // after an evaluation
        assertEquals(List.of(inner, inner, last), steps.subList(STEPS + 1, 2 * STEPS), "the second epoch");
    }

    /** As far as float32 goes: products of other sizes round differently, and the terms of norms' gradients nearly cancel. */
    @ParameterizedTest
    @MethodSource("org.modernbert4j.TestBackends#names")
    void aBatchInFourPartsGivesTheSameGradients(String name) {
        Backend backend = TestBackends.named(name);
        Map<String, float[]> whole = oneStep(backend, training -> {}).means;
        Map<String, float[]> parts = oneStep(backend, training -> training.accumulation(4)).means;
        assertEquals(whole.keySet(), parts.keySet());
        whole.forEach((parameter, mean) ->
                assertArrayEquals(mean, parts.get(parameter), (float) (3e-5 * Math.sqrt(squares(mean))), parameter));
    }

    @ParameterizedTest
    @MethodSource("org.modernbert4j.TestBackends#names")
    void gradientsAreClippedByTheirCommonNorm(String name) {
        Backend backend = TestBackends.named(name);
        Map<String, float[]> free = oneStep(backend, training -> {}).means;
        double norm =
                Math.sqrt(free.values().stream().mapToDouble(LoopTest::squares).sum())
                        / 0.1; // the first mean is a tenth of the gradient
        double limit = norm / 3;
        assertScaled(free, limit / (norm + 1e-6), clipped(backend, limit));
        assertScaled(free, 1, clipped(backend, 2 * norm));
    }

    private static Map<String, float[]> clipped(Backend backend, double limit) {
        return oneStep(backend, training -> training.maxGradientNorm(OptionalDouble.of(limit))).means;
    }

    private static void assertScaled(Map<String, float[]> free, double factor, Map<String, float[]> clipped) {
        free.forEach((name, mean) -> {
            for (int i = 0; i < mean.length; i++) {
                assertEquals(factor * mean[i], clipped.get(name)[i], 1e-5 * Math.abs(mean[i]) + 1e-12, name);
            }
        });
    }

    private static double squares(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return sum;
    }

    /** The first step of AdamW moves by the learning rate wherever the gradient is well above its eps. */
    @ParameterizedTest
    @MethodSource("org.modernbert4j.TestBackends#names")
    void eachPlaceMovesByItsLearningRate(String backendName) {
        Backend backend = TestBackends.named(backendName);
        Map<String, float[]> after =
                oneStep(backend, training -> training.headLearningRate(5e-3).layerDecay(0.5)).weights;
        Map<String, Double> expected = Map.of(
                "head.fc.weight", 5e-3,
                "final_norm.weight", 1e-3,
                "layers.3.attn.q.weight", 1e-3,
                "layers.2.mlp.wi.weight", 0.5e-3,
                "layers.0.attn.o.weight", 0.125e-3,
                "embeddings.norm.weight", 0.0625e-3);
        Map<String, float[]> before = before(backend);
        expected.forEach(
                (name, rate) -> assertEquals(rate, largestMove(before.get(name), after.get(name)), 0.02 * rate, name));
    }

    private static Map<String, float[]> before(Backend backend) {
        try (Network network = network(backend)) {
            return weights(network);
        }
    }

    private static double largestMove(float[] before, float[] after) {
        double largest = 0;
        for (int i = 0; i < before.length; i++) {
            largest = Math.max(largest, Math.abs(after[i] - before[i]));
        }
        return largest;
    }

    /** Tokens that no text has get no gradient: what moves them is decay alone. */
    @ParameterizedTest
    @MethodSource("org.modernbert4j.TestBackends#names")
    void decayReachesAllButTheNoDecayList(String name) {
        Backend backend = TestBackends.named(name);
        double learningRate = 0.1;
        double decay = 0.5;
        float[] before = unusedTokens(before(backend));
        float[] after = unusedTokens(decayed(backend, learningRate, decay, "none"));
        for (int i = 0; i < before.length; i++) {
            assertEquals(before[i] * (1 - learningRate * decay), after[i], 1e-6 * Math.abs(before[i]) + 1e-9);
        }
        assertArrayEquals(before, unusedTokens(decayed(backend, learningRate, decay, "norms, embeddings")));
    }

    private static Map<String, float[]> decayed(Backend backend, double learningRate, double decay, String spared) {
        return oneStep(backend, training -> training.learningRate(learningRate)
                        .weightDecay(decay, Selector.parse(spared)))
                .weights;
    }

    private static float[] unusedTokens(Map<String, float[]> weights) {
        float[] embedding = weights.get(EMBEDDING);
        int width = 16;
        return Arrays.copyOfRange(embedding, FIRST_UNUSED_TOKEN * width, embedding.length);
    }

    @ParameterizedTest
    @MethodSource("org.modernbert4j.TestBackends#names")
    void aStepUsesTheMeanLossOfItsBatch(String name) {
        Backend backend = TestBackends.named(name);
        Map<String, float[]> means = oneStep(backend, training -> {}).means;
        try (Network network = network(backend)) {
            Task<ClassificationMetrics> task = task(network, TEXTS);
            Part all = task.parts(layout(network), task.batches(BATCH, 0).get(0), 1, 0)
                    .get(0);
            try (Network.Step step = network.step(
                    all.batch(), Map.of(), network.weights().keySet(), 1.0 / BATCH, GraphLayers.NO_DROPOUT)) {
                for (Map.Entry<Parameter, Gradient> gradient : step.gradients().entrySet()) {
                    float[] expected = TestBackends.dense(backend, gradient.getValue());
                    float[] mean = means.get(gradient.getKey().name());
                    double norm = Math.sqrt(squares(expected));
                    for (int i = 0; i < mean.length; i++) {
                        assertEquals(
                                0.1 * expected[i],
                                mean[i],
                                1e-5 * norm,
                                gradient.getKey().name());
                    }
                }
            }
        }
    }

    /** Rows of the embedding are brought up to date late, but before anybody looks: doing it once more changes nothing. */
    @Test
    void whatIsEvaluatedAndSavedIsUpToDate() {
        Training.Builder training =
                Training.fineTuning().change(); // with decay, which moves the tokens that no text has
        Runs.small(training);
        AtomicInteger looks = new AtomicInteger();
        AtomicInteger trained = new AtomicInteger();
        AtomicReference<Runnable> look = new AtomicReference<>();
        RunListener listener = new RunListener() {
            @Override
            public void progress(RunProgress progress) {
                if (progress.phase() == Phase.EVALUATING) {
                    look.get().run();
                } else {
                    trained.incrementAndGet();
                }
            }

            @Override
            public boolean stopRequested() {
                return trained.get() == 2 * STEPS + 2; // in the third epoch
            }
        };
        Loop.Keeper<ClassificationMetrics> keeper = new Loop.Keeper<>() {
            @Override
            public void checkpoint() {
                look.get().run();
            }

            @Override
            public void measured(Measurement<ClassificationMetrics> measurement, Optional<Map<String, String>> best) {
                best.ifPresent(files -> look.get().run());
            }
        };
        try (Network network = network(TestBackends.cpu());
                Loop<ClassificationMetrics> loop =
                        loop(network, MORE_TEXTS, training.epochs(3).build(), listener, keeper)) {
            look.set(() -> {
                float[] before = weights(network).get(EMBEDDING);
                loop.optimizer().flush();
                assertArrayEquals(before, weights(network).get(EMBEDDING));
                looks.incrementAndGet();
            });
            assertFalse(loop.run());
        }
        assertTrue(looks.get() >= 2 + 3, "evaluated twice, saved three times");
    }
}
