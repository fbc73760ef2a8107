package org.modernbert4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.modernbert4j.TinyCheckpoint.values;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.data.Labels;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.freeze.Schedule;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.model.Gradient;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.ParameterId;
import org.modernbert4j.model.ParameterId.TokenEmbedding;
import org.modernbert4j.ops.kernel.DropoutKernel;
import org.modernbert4j.report.EpochResult;
import org.modernbert4j.train.TrainingListener.Phase;

/** Single steps of the loop, without dropout, on texts of random tokens. */
class TrainerTest {
    private static final int BATCH = 16;
    private static final int LONGEST = 24;
    private static final int FIRST_UNUSED_TOKEN = 200;
    private static final Labels LABELS = new Labels(List.of("a", "b", "c"));
    private static final int STEPS = 4;
    private static final List<TokenizedText> TEXTS = texts(BATCH);
    private static final List<TokenizedText> MORE_TEXTS = texts(STEPS * BATCH);

    /** What a run of one epoch over one batch did: the weights after it, and the optimizer's running mean. */
    private record Outcome(Map<String, float[]> weights, Map<String, float[]> means) {}

    private static List<TokenizedText> texts(int count) {
        Random random = new Random(7);
        List<TokenizedText> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int[] ids = random.ints(1 + random.nextInt(LONGEST), 0, FIRST_UNUSED_TOKEN)
                    .toArray();
            texts.add(new TokenizedText(i, ids, i % LABELS.names().size()));
        }
        return texts;
    }

    private static Network network() {
        return TinyCheckpoint.network(Head.named("mean", LABELS.names().size(), 0), LONGEST);
    }

    private static Outcome oneStep(ParameterRates rates, int accumulation, OptionalDouble maxGradientNorm) {
        TrainingOptions options = new TrainingOptions(
                1, BATCH, accumulation, rates, LearningRateSchedule.CONSTANT, maxGradientNorm, OptionalInt.empty(), 42);
        Schedule all = Schedule.constant(Selector.parse("all"));
        try (Network network = network();
                Trainer trainer = new Trainer(
                        network,
                        new Layout.Packed(),
                        LABELS,
                        options,
                        all,
                        CacheLimits.NONE,
                        TrainingListener.NONE,
                        Runs.NOWHERE)) {
            assertTrue(trainer.run(TEXTS, TEXTS));
            assertEquals(1, trainer.state().step);
            Outcome outcome = new Outcome(new LinkedHashMap<>(), new LinkedHashMap<>());
            network.weights().forEach((id, weight) -> outcome.weights.put(id.name(), values(weight)));
            trainer.optimizer().states().forEach((id, state) -> outcome.means.put(id.name(), values(state.mean())));
            return outcome;
        }
    }

    private static ParameterRates rate(double learningRate) {
        return ParameterRates.uniform(learningRate, 0);
    }

    /** As far as float32 goes: products of other sizes round differently, and the terms of norms' gradients nearly cancel. */
    @Test
    void aBatchInFourPartsGivesTheSameGradients() {
        Map<String, float[]> whole = oneStep(rate(1e-3), 1, OptionalDouble.empty()).means;
        Map<String, float[]> parts = oneStep(rate(1e-3), 4, OptionalDouble.empty()).means;
        assertEquals(whole.keySet(), parts.keySet());
        whole.forEach((name, mean) ->
                assertArrayEquals(mean, parts.get(name), (float) (3e-5 * Math.sqrt(squares(mean))), name));
    }

    @Test
    void gradientsAreClippedByTheirCommonNorm() {
        Map<String, float[]> free = oneStep(rate(1e-3), 1, OptionalDouble.empty()).means;
        double norm = Math.sqrt(
                        free.values().stream().mapToDouble(TrainerTest::squares).sum())
                / 0.1; // the first mean is a tenth of the gradient
        double limit = norm / 3;
        assertScaled(free, limit / (norm + 1e-6), oneStep(rate(1e-3), 1, OptionalDouble.of(limit)).means);
        assertScaled(free, 1, oneStep(rate(1e-3), 1, OptionalDouble.of(2 * norm)).means);
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
    @Test
    void eachPlaceMovesByItsLearningRate() {
        ParameterRates rates = new ParameterRates(1e-3, 5e-3, 0.5, 0, Selector.parse("none"));
        Map<String, float[]> after = oneStep(rates, 1, OptionalDouble.empty()).weights;
        Map<String, Double> expected = Map.of(
                "head.fc.weight", 5e-3,
                "final_norm.weight", 1e-3,
                "layers.3.attn.q.weight", 1e-3,
                "layers.2.mlp.wi.weight", 0.5e-3,
                "layers.0.attn.o.weight", 0.125e-3,
                "embeddings.norm.weight", 0.0625e-3);
        Map<String, float[]> before = before();
        expected.forEach(
                (name, rate) -> assertEquals(rate, largestMove(before.get(name), after.get(name)), 0.02 * rate, name));
    }

    private static Map<String, float[]> before() {
        Map<String, float[]> before = new LinkedHashMap<>();
        try (Network network = network()) {
            network.weights().forEach((id, weight) -> before.put(id.name(), values(weight)));
        }
        return before;
    }

    private static double largestMove(float[] before, float[] after) {
        double largest = 0;
        for (int i = 0; i < before.length; i++) {
            largest = Math.max(largest, Math.abs(after[i] - before[i]));
        }
        return largest;
    }

    /** Tokens that no text has get no gradient: what moves them is decay alone. */
    @Test
    void decayReachesAllButTheNoDecayList() {
        double learningRate = 0.1;
        double decay = 0.5;
        ParameterRates decayed = ParameterRates.uniform(learningRate, decay);
        ParameterRates spared =
                new ParameterRates(learningRate, learningRate, 1, decay, Selector.parse("norms, embeddings"));
        float[] before = unusedTokens(before());
        float[] after = unusedTokens(oneStep(decayed, 1, OptionalDouble.empty()).weights);
        for (int i = 0; i < before.length; i++) {
            assertEquals(before[i] * (1 - learningRate * decay), after[i], 1e-6 * Math.abs(before[i]) + 1e-9);
        }
        assertArrayEquals(before, unusedTokens(oneStep(spared, 1, OptionalDouble.empty()).weights));
    }

    private static float[] unusedTokens(Map<String, float[]> weights) {
        float[] embedding = weights.get(new TokenEmbedding().name());
        int width = 16;
        return Arrays.copyOfRange(embedding, FIRST_UNUSED_TOKEN * width, embedding.length);
    }

    @Test
    void aStepUsesTheMeanLossOfItsBatch() {
        Map<String, float[]> means = oneStep(rate(1e-3), 1, OptionalDouble.empty()).means;
        List<Integer> all = new ArrayList<>();
        TEXTS.forEach(text -> all.add(all.size()));
        try (Network network = network();
                Network.Step step = network.step(
                        Evaluation.batch(new Layout.Packed(), TEXTS, all),
                        network.weights().keySet(),
                        1.0 / BATCH,
                        DropoutKernel.NOTHING_DROPPED)) {
            for (Map.Entry<ParameterId, Gradient> gradient : step.gradients().entrySet()) {
                float[] expected = values(gradient.getValue().dense());
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

    /** Rows of the embedding are brought up to date late, but before anybody looks: doing it once more changes nothing. */
    @Test
    void whatIsEvaluatedAndSavedIsUpToDate() {
        TrainingOptions options = Runs.options(3, 42); // with decay, which moves the tokens that no text has
        AtomicInteger looks = new AtomicInteger();
        try (Network network = network()) {
            Map<Phase, Integer> calls = new EnumMap<>(Phase.class);
            AtomicReference<Trainer> running = new AtomicReference<>();
            Runnable look = () -> {
                float[] before = values(network.weights().get(new TokenEmbedding()));
                running.get().optimizer().flush();
                assertArrayEquals(before, values(network.weights().get(new TokenEmbedding())));
                looks.incrementAndGet();
            };
            TrainingListener listener = new TrainingListener() {
                @Override
                public void progress(Phase phase, int epoch, long done, long total, double loss) {
                    calls.merge(phase, 1, Integer::sum);
                    if (phase == Phase.EVALUATING) {
                        look.run();
                    }
                }

                @Override
                public boolean stopRequested() {
                    return calls.getOrDefault(Phase.TRAINING, 0) == 2 * STEPS + 2; // in the third epoch
                }
            };
            Trainer.Saver saver = new Trainer.Saver() {
                @Override
                public void checkpoint(AdamW optimizer, TrainingState state) {
                    look.run();
                }

                @Override
                public void best(EpochResult result, Evaluation validation) {
                    look.run();
                }
            };
            try (Trainer trainer = new Trainer(
                    network,
                    new Layout.Packed(),
                    LABELS,
                    options,
                    Schedule.constant(Selector.parse("all")),
                    CacheLimits.NONE,
                    listener,
                    saver)) {
                running.set(trainer);
                assertFalse(trainer.run(MORE_TEXTS, TEXTS));
            }
        }
        assertTrue(looks.get() >= 2 + 3, "evaluated twice, saved three times");
    }
}
