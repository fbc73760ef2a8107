package org.modernbert4j.run;

import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.modernbert4j.InputException;
import org.modernbert4j.SettingException;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.json.JsonValue;
import org.modernbert4j.json.Settings;
import org.modernbert4j.optim.AdamWSettings;
import org.modernbert4j.optim.LearningRateSchedule;
import org.modernbert4j.optim.LearningRateSchedule.Shape;
import org.modernbert4j.optim.OnNan;
import org.modernbert4j.optim.OptimizerSettings;
import org.modernbert4j.optim.ParameterRates;
import org.modernbert4j.optim.UpdateRule;

/**
 * The settings of training.
 *
 * @param epochs passes over the training texts
 * @param steps optimizer steps, instead of epochs; empty to train for the epochs
 * @param batchSize texts per optimizer step
 * @param accumulation number of parts of a batch; their gradients are summed before the step, and the loss is of the whole batch
 * @param update how a step uses the gradients
 * @param intervals of logs, evaluations and checkpoints
 * @param patience evaluations without a better score after which training stops; empty for never
 * @param seed of new weights, batches, dropout and masks
 */
public record Training(
        int epochs,
        OptionalInt steps,
        int batchSize,
        int accumulation,
        UpdateRule update,
        Intervals intervals,
        OptionalInt patience,
        long seed) {
    /** Refuses numbers below 1. */
    public Training {
        FreezePlan.requireEpochs(epochs);
        requirePositive("steps", steps.orElse(1));
        requirePositive("batch size", batchSize);
        requirePositive("accumulation", accumulation);
        SettingException.requireRange(
                patience.orElse(1) >= 1,
                "patience",
                patience.orElse(1),
                "at least 1, or leave it out to train to the end");
    }

    private static void requirePositive(String name, int value) {
        SettingException.requireRange(value >= 1, name, value, "at least 1");
    }

    /**
     * The defaults of fine-tuning: 3 epochs with batch size 16, AdamW with torch's settings, learning rate 2e-5, weight decay 0.01,
     * no clipping, seed 42; measured and saved after each epoch.
     */
    public static Training fineTuning() {
        UpdateRule update = new UpdateRule(
                AdamWSettings.TORCH,
                ParameterRates.uniform(2e-5, 0.01),
                LearningRateSchedule.CONSTANT,
                OptionalDouble.empty(),
                OnNan.STOP);
        return new Training(3, OptionalInt.empty(), 16, 1, update, Intervals.EPOCH, OptionalInt.empty(), 42);
    }

    /**
     * The defaults of pre-training: 1,000 steps of 32 texts, AdamW with ModernBERT's settings, learning rate 5e-4, warm-up over 5 %
     * of the steps, then stable, then decay over 10 %, weight decay 0.01, gradients clipped to a norm of 1, seed 42; logged every
     * 10 steps, measured every 250, saved every 1,000.
     */
    public static Training pretraining() {
        UpdateRule update = new UpdateRule(
                AdamWSettings.PRETRAINING,
                ParameterRates.uniform(5e-4, 0.01),
                LearningRateSchedule.of(Shape.WSD, 0.05),
                OptionalDouble.of(1),
                OnNan.STOP);
        return new Training(
                1, OptionalInt.of(1_000), 32, 1, update, Intervals.steps(10, 250, 1_000), OptionalInt.empty(), 42);
    }

    /** Number of steps in an epoch with this many texts. */
    int stepsAnEpoch(int texts) {
        return ceil(texts, batchSize);
    }

    /** Number of steps in the whole run. */
    int steps(int stepsAnEpoch) {
        long all = steps.isPresent() ? steps.getAsInt() : (long) epochs * stepsAnEpoch;
        SettingException.requireRange(
                all <= Integer.MAX_VALUE, "number of steps", all, "fewer epochs, or larger batches");
        return (int) all;
    }

    /**
     * Number of epochs with this many texts; the last may end early.
     *
     * @throws InputException if there are too many for a plan
     */
    int epochs(int texts) {
        int stepsAnEpoch = stepsAnEpoch(texts);
        int all = steps(stepsAnEpoch);
        long most = (long) FreezePlan.MOST_EPOCHS * stepsAnEpoch;
        SettingException.requireRange(
                all <= most,
                "number of steps",
                all,
                "at most %d, which are %d epochs of these texts".formatted(most, FreezePlan.MOST_EPOCHS));
        return ceil(all, stepsAnEpoch);
    }

    private static int ceil(int dividend, int divisor) {
        return dividend / divisor + (dividend % divisor == 0 ? 0 : 1);
    }

    /** Most checkpoints that the run saves, with this many texts. */
    int checkpoints(int texts) {
        int steps = steps(stepsAnEpoch(texts));
        return intervals
                .saving()
                .every()
                .map(interval -> interval.minutes() ? steps : ceil(steps, interval.count()))
                .orElseGet(() -> epochs(texts));
    }

    /** Writes these settings, or reads others, by their names on the command line; {@code missing} as {@link Intervals} has it. */
    Training exchange(Settings settings, Intervals missing) {
        OptionalInt count = settings.optional("steps", steps);
        int passes = settings.value("epochs", epochs, JsonValue::integer);
        int texts = settings.value("batch_size", batchSize, JsonValue::integer);
        int parts = settings.value("accumulation", accumulation, JsonValue::integer);
        UpdateRule rule = update.exchange(settings);
        OptionalInt evaluations = settings.optional("patience", patience);
        Intervals often = intervals.exchange(settings, missing);
        long number = settings.value("seed", seed, JsonValue::longInteger);
        return new Training(passes, count, texts, parts, rule, often, evaluations, number);
    }

    /** A builder that begins with these settings. */
    public Builder change() {
        return new Builder(this);
    }

    /** Builds settings. */
    public static final class Builder {
        private int epochs;
        private OptionalInt steps;
        private int batchSize;
        private int accumulation;
        private OptimizerSettings optimizer;
        private ParameterRates rates;
        private LearningRateSchedule schedule;
        private OptionalDouble maxGradientNorm;
        private OnNan onNan;
        private Intervals intervals;
        private OptionalInt patience;
        private long seed;

        private Builder(Training from) {
            epochs = from.epochs;
            steps = from.steps;
            batchSize = from.batchSize;
            accumulation = from.accumulation;
            optimizer = from.update.optimizer();
            rates = from.update.rates();
            schedule = from.update.schedule();
            maxGradientNorm = from.update.maxGradientNorm();
            onNan = from.update.onNan();
            intervals = from.intervals;
            patience = from.patience;
            seed = from.seed;
        }

        /** Passes over the training texts. */
        public Builder epochs(int count) {
            epochs = count;
            steps = OptionalInt.empty();
            return this;
        }

        /** Optimizer steps, instead of epochs. */
        public Builder steps(int count) {
            steps = OptionalInt.of(count);
            return this;
        }

        /** Texts per optimizer step. */
        public Builder batchSize(int texts) {
            batchSize = texts;
            return this;
        }

        /** Number of parts that a batch is split into to save memory. */
        public Builder accumulation(int parts) {
            accumulation = parts;
            return this;
        }

        /** Another optimizer, or other numbers for it. */
        public Builder optimizer(OptimizerSettings settings) {
            optimizer = settings;
            return this;
        }

        /** One learning rate for everything. */
        public Builder learningRate(double rate) {
            rates = new ParameterRates(rate, rate, rates.layerDecay(), rates.weightDecay(), rates.noDecay());
            return this;
        }

        /** Another learning rate for the head. */
        public Builder headLearningRate(double rate) {
            rates = new ParameterRates(rates.encoder(), rate, rates.layerDecay(), rates.weightDecay(), rates.noDecay());
            return this;
        }

        /** Factor of the learning rate from each layer to the layer below. */
        public Builder layerDecay(double factor) {
            rates = new ParameterRates(rates.encoder(), rates.head(), factor, rates.weightDecay(), rates.noDecay());
            return this;
        }

        /** Weight decay of all parameters except {@code spared}. */
        public Builder weightDecay(double decay, Selector spared) {
            rates = new ParameterRates(rates.encoder(), rates.head(), rates.layerDecay(), decay, spared);
            return this;
        }

        /** Schedule of the learning rate. */
        public Builder learningRateSchedule(LearningRateSchedule course) {
            schedule = course;
            return this;
        }

        /** Schedule of the learning rate after a warm-up over a share of the steps. */
        public Builder learningRateSchedule(Shape shape, double warmup) {
            return learningRateSchedule(LearningRateSchedule.of(shape, warmup));
        }

        /** Maximum norm of all gradients together, for clipping; empty for no clipping. */
        public Builder maxGradientNorm(OptionalDouble limit) {
            maxGradientNorm = limit;
            return this;
        }

        /** What happens at a step whose loss or gradients are not finite. */
        public Builder onNan(OnNan what) {
            onNan = what;
            return this;
        }

        /** How often the run is logged, measured and saved. */
        public Builder every(Intervals often) {
            intervals = often;
            return this;
        }

        /** When checkpoints are saved, and how many are kept. */
        public Builder saving(Saving saving) {
            return every(intervals.withSaving(saving));
        }

        /** Evaluations without a better score after which training stops. */
        public Builder patience(int evaluations) {
            patience = OptionalInt.of(evaluations);
            return this;
        }

        /** Seed of new weights, batches, dropout and masks. */
        public Builder seed(long number) {
            seed = number;
            return this;
        }

        /**
         * The settings.
         *
         * @throws InputException if one is out of range
         */
        public Training build() {
            UpdateRule update = new UpdateRule(optimizer, rates, schedule, maxGradientNorm, onNan);
            return new Training(epochs, steps, batchSize, accumulation, update, intervals, patience, seed);
        }
    }
}
