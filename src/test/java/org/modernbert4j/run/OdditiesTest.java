package org.modernbert4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.Schedule;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.optim.LearningRateSchedule;
import org.modernbert4j.optim.LearningRateSchedule.Shape;

class OdditiesTest {
    private static final Architecture NETWORK = TinyCheckpoint.architecture(Head.named("cls", 8, 0));

    @TempDir
    private Path temp;

    private static List<String> of(Schedule schedule, Consumer<Training.Builder> changes) {
        Training.Builder builder = Training.fineTuning().change();
        changes.accept(builder);
        Training training = builder.build();
        return Oddities.of(training, schedule, FreezePlan.of(schedule, NETWORK, training.epochs()));
    }

    private static void assertSaid(String part, Consumer<Training.Builder> changes) {
        List<String> lines = of(Schedule.constant(Selector.parse("all")), changes);
        assertEquals(1, lines.size(), lines.toString());
        assertTrue(lines.get(0).contains(part), lines.toString());
    }

    @Test
    void saysWhatHasNoEffect() {
        assertSaid("learning rate 0: nothing will change", training -> training.learningRate(0));
        assertSaid("layer decay 0: ", training -> training.layerDecay(0));
        assertSaid("patience 3 cannot end a run of 3 epochs", training -> training.patience(3));
        assertSaid(
                "warmup 0.6 and lr decay 0.5 are more than all steps",
                training -> training.learningRateSchedule(new LearningRateSchedule(Shape.WSD, 0.6, 0.5)));
    }

    @Test
    void saysNothingOfUsualSettings() {
        for (String name : List.of("full", "end-to-start", "progressive-freezing")) {
            Schedule schedule = Schedule.of(name, NETWORK.config().encoder());
            assertEquals(
                    List.of(),
                    of(schedule, training -> training.epochs(1).patience(1).epochs(2)));
        }
    }

    @Test
    void aLineOfAScheduleAfterTheLastEpoch() throws IOException {
        Path file = Files.writeString(temp.resolve("schedule.txt"), "1: head\n9: all\n");
        Schedule schedule = Schedule.read(file);
        List<String> lines = of(schedule, training -> {});
        assertTrue(lines.get(0).contains(file + ": its line for epoch 9 has no effect, as the run has 3 epochs"));
        assertEquals(List.of(), of(schedule, training -> training.epochs(9)));
    }

    @Test
    void aNewHeadThatNeverTrains() {
        FreezePlan without = FreezePlan.of(Schedule.constant(Selector.parse("layers.0")), NETWORK, 2);
        FreezePlan with = FreezePlan.of(Schedule.constant(Selector.parse("head")), NETWORK, 2);
        assertEquals(1, Oddities.ofNewHead(true, without).size());
        assertEquals(List.of(), Oddities.ofNewHead(false, without));
        assertEquals(List.of(), Oddities.ofNewHead(true, with));
    }
}
