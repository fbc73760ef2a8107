package org.modernbert4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.Schedule;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.model.Head;

class CoverageMapTest {
    private static final int MOST_BYTES = 2_000_000;

    /** Changes with each epoch. */
    private static FreezePlan plan(int epochs) {
        TreeMap<Integer, Selector> changes = new TreeMap<>();
        for (int epoch = 0; epoch < epochs; epoch++) {
            changes.put(epoch, Selector.parse(epoch % 2 == 0 ? "head" : "all"));
        }
        return FreezePlan.of(
                new Schedule("test", changes), TinyCheckpoint.architecture(Head.named("cls", 3, 0)), epochs);
    }

    @Test
    void aDrawingHasAsManyMapsAsSomebodyCanSee() {
        String drawn = CoverageMap.ofPlan(plan(5_000));

        assertTrue(drawn.length() < MOST_BYTES, () -> drawn.length() + " characters");
        assertEquals(201, drawn.split("<svg", -1).length - 1); // and the whole
        assertTrue(drawn.contains(">not drawn: 4,800 more changes, up to epoch 5,000</text>"));
        assertTrue(drawn.contains("\nepoch 200: ") && !drawn.contains("\nepoch 201: "));
    }

    @Test
    void allOfAnOrdinaryPlanIsDrawn() {
        String drawn = CoverageMap.ofPlan(plan(20));

        assertEquals(21, drawn.split("<svg", -1).length - 1);
        assertFalse(drawn.contains("not drawn"));
    }
}
