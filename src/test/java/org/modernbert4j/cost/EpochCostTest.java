package org.modernbert4j.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.Schedule;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.ModernBertConfig;

class EpochCostTest {
    private static final ModernBertConfig CONFIG = ModernBertConfig.read(Path.of("src/test/resources/freeze"));
    private static final Architecture BASE = Architecture.of(CONFIG, Head.named("mean", 17, 0.3));
    private static final long MATRICES = 22L * (4 * 768 * 768 + 3 * 768 * 1152);
    private static final long HEAD = 17 * 768;
    private static final Workload ONE_TRAINING_TEXT = new Workload(new int[] {100}, new int[] {}, 1);

    @Test
    void fullTrainingTakesThreePassesOfTheMatrices() {
        double attention = 22 * 7 * 2.0 * 100 * 100 * 768; // no window is narrower than the text
        EpochCost cost = costs("all", ONE_TRAINING_TEXT).get(0);

        assertEquals(3 * 2.0 * (100 * MATRICES + HEAD) + attention, cost.flops(), 1);
    }

    @Test
    void whatOnlyTheHeadNeedsIsTheForwardPassOnce() {
        List<EpochCost> costs = costs("head", ONE_TRAINING_TEXT);
        double attention = 22 * 2 * 2.0 * 100 * 100 * 768;

        assertEquals(
                2.0 * 100 * MATRICES + attention + 2 * 2 * HEAD, costs.get(0).flops(), 1);
        assertEquals(2 * 2 * HEAD, costs.get(1).flops());
        assertTrue(costs.get(1).prefixKnown());
        assertEquals(768 * Float.BYTES, costs.get(1).cacheBytes());
    }

    @Test
    void aFrozenMatrixSavesItsGradientAndWhatThatKeeps() {
        EpochCost all = costs("all", ONE_TRAINING_TEXT).get(0);
        EpochCost some = costs("!layers.*.mlp.wo", ONE_TRAINING_TEXT).get(0);
        long saved = 22 * 768 * 1152;

        assertEquals(2.0 * 100 * saved, all.flops() - some.flops(), 1);
        assertEquals(4 * (3 * saved + 22 * 1152 * 100), all.memory() - some.memory());
    }

    @Test
    void theLastLayerComputesOneRowWhereTheHeadSeesNoOther() {
        Architecture cls = Architecture.of(CONFIG, Head.named("cls", 17, 0.3));
        EpochCost cost = costs("all", ONE_TRAINING_TEXT, cls).get(0);
        long keysAndValues = 2L * 768 * 768;
        long others = 2 * 768 * 768 + 3 * 768 * 1152;
        double attention = (21 * 100 + 1) * 7 * 2.0 * 100 * 768;

        assertEquals(
                3 * 2.0 * (100 * (21 * MATRICES / 22 + keysAndValues) + others + HEAD) + attention, cost.flops(), 1);
    }

    @Test
    void theBackwardPassEndsAtTheLowest() {
        EpochCost all = costs("all", ONE_TRAINING_TEXT).get(0);
        EpochCost upperHalf = costs("layers.11-21, head", ONE_TRAINING_TEXT).get(0);

        assertTrue(upperHalf.flops() < 0.68 * all.flops(), upperHalf + " " + all);
    }

    private static List<EpochCost> costs(String selector, Workload work) {
        return costs(selector, work, BASE);
    }

    private static List<EpochCost> costs(String selector, Workload work, Architecture architecture) {
        return EpochCost.of(FreezePlan.of(Schedule.constant(Selector.parse(selector)), architecture, 2), work);
    }
}
