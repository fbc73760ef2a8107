package org.modernbert4j.freeze;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.InputException;
import org.modernbert4j.model.Architecture;

class FreezePlanTest {
    private static final Architecture BASE = Networks.base();

    @ParameterizedTest
    @CsvFileSource(resources = "/freeze/counts.csv", numLinesToSkip = 1)
    void trainsThePublishedNumberOfParameters(String schedule, int epoch, long parameters) {
        FreezePlan plan = FreezePlan.of(Schedule.of(schedule, BASE.config().encoder()), BASE, epoch);

        assertEquals(parameters, plan.epochs().get(epoch - 1).parameters());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    all                          | embeddings, layers 0-21, final norm, head
                    head.fc.bias                 | head.fc.bias
                    norms                        | embeddings.norm.weight, norm of layers 0-21, final norm
                    layers.*.attn.q, head        | q of layers 0-21, head
                    layers.0-3, layers.5         | layers 0-3 5
                    layers, !layers.*.mlp        | norm q k v o of layers 0-21
                    layers.*.attn, !layers.2-20.attn.o | q k v o of layers 0-1 21, q k v of layers 2-20
                    layers.4.mlp.wi, layers.4.mlp_norm | part of norm mlp of layer 4
                    """)
    void describesInFewWords(String selector, String description) {
        assertEquals(description, plan(BASE, selector).epochs().get(0).description());
    }

    @Test
    void whatLacksItsBiasTrainsInPart() {
        assertEquals(
                "norm mlp of layer 0, part of q k v o of layer 0",
                plan(Networks.biased(), "layers.0, !layers.0.attn.*.bias")
                        .epochs()
                        .get(0)
                        .description());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    head                         | head
                    final_norm, head             | final norm
                    layers.7-9.attn.q, norms, !embeddings, !layers.0-6 | layer 7
                    embeddings.norm              | embeddings
                    """)
    void theBackwardPassEndsAtTheLowest(String selector, String place) {
        assertEquals(place, plan(BASE, selector).epochs().get(0).lowest().toString());
    }

    @Test
    void aPrefixIsFrozenOnlyIfItStaysSo() {
        List<EpochPlan> epochs = plan(BASE, "head", "head, layers.5", "layers.11-21, head", "head")
                .epochs();

        assertEquals(
                List.of("layer 5", "layer 5", "layer 11", "head"),
                epochs.stream().map(epoch -> epoch.frozenBelow().toString()).toList());
        assertEquals(
                List.of("head", "layer 5", "layer 11", "head"),
                epochs.stream().map(epoch -> epoch.lowest().toString()).toList());
    }

    @Test
    void tellsEachEpochInALine() {
        String[] lines = FreezePlan.of(
                        Schedule.of("progressive-freezing", BASE.config().encoder()), BASE, 2)
                .toString()
                .split("\n", -1);

        assertEquals(
                "epoch 1: 149,027,345 of 149,027,345 (100.00 %): embeddings, layers 0-21, final norm, head;"
                        + " backward pass ends at: embeddings; frozen from now on: nothing",
                lines[0]);
        assertTrue(
                lines[1].endsWith("layers 7-21, final norm, head;"
                        + " backward pass ends at: layer 7; frozen from now on: all below layer 7"),
                lines[1]);
    }

    @Test
    void drawsEpochsSideBySide() {
        String drawing = plan(
                        Networks.biased(),
                        "head.fc.weight, layers.3-4",
                        "head, layers.*.attn.q, layers.1.*.*.weight",
                        "head, layers.*.attn.q, layers.1.*.*.weight",
                        "all, !final_norm")
                .draw();

        assertEquals(Networks.resource("/freeze/drawing.txt"), drawing);
    }

    /** A picture has as many phases as somebody can see, and tells of the others. */
    @Test
    void drawsTheFirstOfManyPhases() {
        FreezePlan plan = alternating(1_000);

        assertEquals(1_000, plan.phases().size());
        assertEquals(plan.phases().subList(0, 200), plan.drawnPhases());
        String[] lines = plan.draw().split("\n", -1);
        assertTrue(lines[0].endsWith("   epoch 200"), lines[0]);
        assertEquals("not drawn: 800 more changes, up to epoch 1,000", lines[lines.length - 2]);
        assertEquals(Optional.empty(), alternating(200).notDrawn());
    }

    private static FreezePlan alternating(int epochs) {
        return plan(
                Networks.biased(),
                IntStream.range(0, epochs)
                        .mapToObj(epoch -> epoch % 2 == 0 ? "head" : "all")
                        .toArray(String[]::new));
    }

    @Test
    void aPhaseTellsItsEpochsInALine() {
        List<Phase> phases = plan(BASE, "head", "all", "all").phases();

        assertTrue(phases.get(0).toString().startsWith("epoch 1: 13,073 of "), phases.get(0)::toString);
        assertTrue(phases.get(1).toString().startsWith("epochs 2 to 3: 149,027,345 of "), phases.get(1)::toString);
    }

    @Test
    void anEpochInWhichNothingTrainsIsAnError() {
        InputException e = assertThrows(InputException.class, () -> plan(BASE, "head", "head, !head"));

        assertEquals(
                "schedule \"test\" epoch 2: nothing trains with \"head, !head\"; select at least one parameter",
                e.getMessage());
    }

    @Test
    void whatTheNetworkLacksIsAnErrorThatNamesTheEpoch() {
        InputException e = assertThrows(InputException.class, () -> plan(BASE, "head", "layers.22-30"));

        assertTrue(
                e.getMessage().startsWith("schedule \"test\" epoch 2: selector term \"layers.22-30\" matches no"),
                e.getMessage());
    }

    @Test
    void aPlanHasAnEpochAndNotTooMany() {
        for (int epochs : new int[] {-1, 0, 100_001, Integer.MAX_VALUE}) {
            assertThrows(InputException.class, () -> FreezePlan.of(NamedSchedule.FULL.schedule(22), BASE, epochs));
        }
    }

    private static FreezePlan plan(Architecture architecture, String... selectors) {
        TreeMap<Integer, Selector> changes = new TreeMap<>();
        for (String selector : selectors) {
            changes.put(changes.size(), Selector.parse(selector));
        }
        return FreezePlan.of(new Schedule("test", changes), architecture, selectors.length);
    }
}
