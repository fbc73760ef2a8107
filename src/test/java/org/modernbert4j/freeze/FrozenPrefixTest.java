package org.modernbert4j.freeze;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.ModernBert;
import org.modernbert4j.model.TorchUse;

class FrozenPrefixTest {
    private static final int EPOCHS = 3;

    private static Optional<FrozenPrefix> prefix(String trainable, int epoch, Head head) {
        Architecture architecture = TinyCheckpoint.architecture(head);
        return FrozenPrefix.of(
                FreezePlan.of(Schedule.constant(Selector.parse(trainable)), architecture, EPOCHS), epoch);
    }

    @ParameterizedTest
    @CsvSource({
        "head, 0, cls, pooled.cls, true",
        "head, 0, mean, pooled.mean, true",
        "head, 1, lstm, hidden_states.4, false",
        "'final_norm, head', 2, cls, first_before_final_norm, true",
        "'final_norm, head', 2, mean, before_final_norm, false",
        "'final_norm, head', 0, lstm-last, before_final_norm, false",
        "'layers.2, head', 1, cls, hidden_states.2, false",
    })
    void aPhaseThatStartsAboveTheEmbeddingsHasOne(
            String trainable, int epoch, String head, String variable, boolean onePerText) {
        assertEquals(
                Optional.of(new FrozenPrefix(variable, onePerText, EPOCHS)),
                prefix(trainable, epoch, Head.named(head, 3, 0.3)));
    }

    @ParameterizedTest
    @CsvSource({"'layers.0.attn.q, head'", "all", "embeddings"})
    void aPhaseThatTrainsFromTheFirstLayerHasNone(String trainable) {
        assertEquals(Optional.empty(), prefix(trainable, 1, Head.named("cls", 3, 0.3)));
    }

    /** A head that reads the first row and the mean, of which no single value gives both. */
    private record TwoPools() implements Head {
        @Override
        public String name() {
            return "two-pools";
        }

        @Override
        public int classes() {
            return 3;
        }

        @Override
        public <T> T logits(ModernBert<T> encoder) {
            T both = encoder.layers().add(encoder.pool(Pooling.CLS), encoder.pool(Pooling.MEAN));
            int hidden = encoder.config().encoder().hiddenSize();
            return encoder.head().linear("fc", 3, hidden).of(both);
        }

        @Override
        public TorchUse torchUse() {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void aHeadOfSeveralValuesBeginsWithTheLastLayer() {
        for (String trainable : List.of("head", "final_norm, head")) {
            assertEquals(
                    Optional.of(new FrozenPrefix("hidden_states.3", false, EPOCHS)),
                    prefix(trainable, 0, new TwoPools()));
        }
    }

    @Test
    void anEpochByItselfHasNone() {
        Architecture architecture = TinyCheckpoint.architecture(Head.named("cls", 3, 0.3));
        Schedule schedule = Schedule.of("end-to-start", architecture.config().encoder());
        FreezePlan plan = FreezePlan.of(schedule, architecture, EPOCHS);
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
            assertEquals(Optional.empty(), FrozenPrefix.of(plan, epoch));
        }
    }
}
