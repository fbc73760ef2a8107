package org.modernbert4j.cli;

import org.modernbert4j.freeze.Selector;
import org.modernbert4j.train.LearningRateSchedule;
import picocli.CommandLine.Option;

/** What every training says of its optimizer steps; each kind has defaults of its own. */
final class OptimizerOptions {
    @Option(
            names = "--accumulation",
            description = "Parts that a batch is cut into to save memory; the step stays the same (${DEFAULT-VALUE}).")
    private int accumulation = 1;

    @Option(names = "--learning-rate", description = "Step length of AdamW (${DEFAULT-VALUE}).")
    private double learningRate;

    @Option(names = "--weight-decay", description = "Decoupled weight decay (${DEFAULT-VALUE}).")
    private double weightDecay = 0.01;

    @Option(
            names = "--no-decay",
            paramLabel = "SELECTOR",
            description = "What is not decayed, for instance norms,biases (${DEFAULT-VALUE}).")
    private String noDecay = "none";

    @Option(
            names = "--lr-schedule",
            paramLabel = "SHAPE",
            description = "Course of the learning rate: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private LearningRateSchedule.Shape shape;

    @Option(names = "--warmup", description = "Share of the steps in which the learning rate rises (${DEFAULT-VALUE}).")
    private double warmup;

    @Option(
            names = "--lr-decay",
            description =
                    "Share of the steps, the last ones, in which the learning rate of wsd falls (${DEFAULT-VALUE}).")
    private double lrDecay = LearningRateSchedule.USUAL_DECAY;

    /** The defaults in which kinds of training differ. */
    OptimizerOptions(double learningRate, LearningRateSchedule.Shape shape, double warmup) {
        this.learningRate = learningRate;
        this.shape = shape;
        this.warmup = warmup;
    }

    int accumulation() {
        return accumulation;
    }

    double learningRate() {
        return learningRate;
    }

    double weightDecay() {
        return weightDecay;
    }

    /** @throws org.modernbert4j.InputException for what is no selector */
    Selector noDecay() {
        return Selector.parse(noDecay);
    }

    /** @throws IllegalArgumentException for shares outside their ranges */
    LearningRateSchedule schedule() {
        return new LearningRateSchedule(shape, warmup, lrDecay);
    }
}
