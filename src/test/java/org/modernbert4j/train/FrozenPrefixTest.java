package org.modernbert4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.modernbert4j.TinyCheckpoint.values;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.data.Labels;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.Schedule;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.Network;

/** What a frozen prefix gives is computed once for each text, and nobody can tell from the numbers. */
class FrozenPrefixTest {
    private static final int EPOCHS = 3;
    private static final int LONGEST = 40;
    private static final int BYTES_OF_A_FEW_TEXTS = 20_000;
    private static final int PADDING_ID = 2;
    private static final Labels LABELS = new Labels(List.of("a", "b", "c"));
    private static final List<TokenizedText> TEXTS = texts();

    private static List<TokenizedText> texts() {
        Random random = new Random(11);
        List<TokenizedText> texts = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            int[] ids = random.ints(2 + random.nextInt(LONGEST - 1), 5, 300).toArray();
            texts.add(new TokenizedText(i, ids, i % LABELS.names().size()));
        }
        return texts;
    }

    private static Head head(String name) {
        return Head.named(name, LABELS.names().size(), 0.3);
    }

    private static Map<String, float[]> train(String head, String trainable, CacheLimits limits) {
        TrainingOptions options = TrainingOptions.of(EPOCHS, 8, ParameterRates.uniform(1e-3, 0.01), 42);
        Layout layout = head(head).needsPadding() ? new Layout.Padded(LONGEST, PADDING_ID) : new Layout.Packed();
        Schedule schedule = Schedule.constant(Selector.parse(trainable));
        try (Network network = TinyCheckpoint.network(head(head), LONGEST);
                Trainer trainer = new Trainer(
                        network, layout, LABELS, options, schedule, limits, TrainingListener.NONE, Runs.NOWHERE)) {
            assertTrue(trainer.run(TEXTS, TEXTS.subList(0, 10)));
            Map<String, float[]> weights = new LinkedHashMap<>();
            network.weights().forEach((id, weight) -> weights.put(id.name(), values(weight)));
            return weights;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "cls, head",
        "mean, head",
        "published, head",
        "lstm, head",
        "lstm-last, head",
        "mean, 'final_norm, head'",
        "cls, 'layers.2-3, head'",
        "lstm, 'layers.3.mlp, head'"
    })
    void rememberedInMemoryOrInAFileOrNotAtAllTheWeightsHaveTheSameBits(String head, String trainable) {
        Map<String, float[]> computed = train(head, trainable, CacheLimits.NONE);
        for (CacheLimits limits : List.of(
                new CacheLimits(1 << 30, 0),
                new CacheLimits(0, 1 << 30),
                new CacheLimits(BYTES_OF_A_FEW_TEXTS, BYTES_OF_A_FEW_TEXTS))) {
            train(head, trainable, limits)
                    .forEach((name, weight) -> assertArrayEquals(computed.get(name), weight, name + " with " + limits));
        }
    }

    @Test
    void aPhaseThatStartsAboveTheEmbeddingsHasAPrefix() {
        assertEquals(Optional.of("pooled"), prefix("head", 0, "cls"));
        assertEquals(Optional.of("pooled"), prefix("head", 0, "mean"));
        assertEquals(Optional.of("first_before_final_norm"), prefix("final_norm, head", 2, "cls"));
        assertEquals(Optional.of("before_final_norm"), prefix("final_norm, head", 2, "mean"));
        assertEquals(Optional.of("hidden_states.2"), prefix("layers.2, head", 1, "cls"));
        assertEquals(Optional.empty(), prefix("layers.0.attn.q, head", 1, "cls"));
        assertEquals(Optional.empty(), prefix("all", 1, "cls"));
    }

    private static Optional<String> prefix(String trainable, int epoch, String head) {
        FreezePlan plan = FreezePlan.of(
                Schedule.constant(Selector.parse(trainable)), TinyCheckpoint.architecture(head(head)), EPOCHS);
        return FrozenPrefix.of(plan, epoch, head(head)).map(FrozenPrefix::variable);
    }

    @Test
    void anEpochByItselfHasNone() {
        Head head = head("cls");
        FreezePlan plan = FreezePlan.of(
                Schedule.of("end-to-start", TinyCheckpoint.architecture(head).config()),
                TinyCheckpoint.architecture(head),
                EPOCHS);
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
            assertEquals(Optional.empty(), FrozenPrefix.of(plan, epoch, head));
        }
    }
}
