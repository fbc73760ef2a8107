package org.modernbert4j.run;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.Schedule;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.optim.LearningRateSchedule;
import org.modernbert4j.optim.LearningRateSchedule.Shape;
import org.modernbert4j.optim.ParameterRates;

/** Settings that are allowed, but do nothing, or not what they seem to do. */
public final class Oddities {
    private final List<String> lines = new ArrayList<>();

    private Oddities() {}

    /**
     * What is odd about the settings of a run, one line each.
     *
     * @param schedule what trains in which epoch
     * @param plan the same for the epochs of the run
     */
    public static List<String> of(Training training, Schedule schedule, FreezePlan plan) {
        Oddities odd = new Oddities();
        int epochs = plan.epochs().size();
        odd.rates(training.update().rates());
        odd.course(training.update().schedule());
        odd.lines.addAll(ofSchedule(schedule, epochs));
        training.patience()
                .ifPresent(patience -> odd.addIf(
                        patience >= epochs && training.intervals().evaluate().isEmpty(),
                        "patience %d cannot end a run of %d epochs; use a smaller one, or leave it out"
                                .formatted(patience, epochs)));
        return odd.lines;
    }

    /** The line about changes that a schedule from a file has for epochs after the last, if there are any. */
    public static List<String> ofSchedule(Schedule schedule, int epochs) {
        NavigableMap<Integer, Selector> beyond = schedule.changes().tailMap(epochs, true);
        Oddities odd = new Oddities();
        if (!beyond.isEmpty() && schedule.isFromFile()) {
            int first = beyond.firstKey() + 1;
            int last = beyond.lastKey() + 1;
            odd.lines.add("schedule %s: its %s no effect, as the run has %d epochs; train for more, or take %s out"
                    .formatted(
                            schedule.name(),
                            first == last
                                    ? "line for epoch " + last + " has"
                                    : beyond.size() + " lines for epochs " + first + " to " + last + " have",
                            epochs,
                            first == last ? "it" : "them"));
        }
        return odd.lines;
    }

    /** The line about a head whose new weights never train, if that is so. */
    static List<String> ofNewHead(boolean isNew, FreezePlan plan) {
        boolean trains = plan.phases().stream()
                .anyMatch(phase -> phase.first().trainable().stream().anyMatch(Parameter::isOfHead));
        Oddities odd = new Oddities();
        odd.addIf(
                isNew && !trains,
                "the head's weights are new and random, and nothing trains them; add head to what trains");
        return odd.lines;
    }

    private void rates(ParameterRates rates) {
        addIf(
                rates.encoder() == 0 && rates.head() == 0,
                "learning rate 0: nothing will change; use one above 0, or predict to measure without training");
        addIf(
                rates.layerDecay() == 0,
                "layer decay 0: embeddings and all layers but the last stay as they are; use --freeze for that, or a decay near 1");
        addIf(
                rates.layerDecay() > 1,
                "layer decay %s: lower layers learn faster than upper ones; use a decay up to 1"
                        .formatted(rates.layerDecay()));
    }

    private void course(LearningRateSchedule course) {
        addIf(
                course.shape() == Shape.WSD && course.warmup() + course.decay() > 1,
                "warmup %s and lr decay %s are more than all steps: the decay begins at the end of the warm-up; use shares that add up to 1 at most"
                        .formatted(course.warmup(), course.decay()));
    }

    private void addIf(boolean odd, String line) {
        if (odd) {
            lines.add(line);
        }
    }
}
