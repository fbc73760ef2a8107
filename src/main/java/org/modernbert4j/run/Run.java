package org.modernbert4j.run;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.modernbert4j.InputException;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.freeze.NamedSchedule;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.task.TaskSettings;

/**
 * The settings of a training run.
 *
 * @param <M> the task's metrics
 * @param model folder of the checkpoint
 * @param task what is learnt from which data
 * @param training epochs, batches, learning rates, seed
 * @param freezing what trains when
 * @param precision of the products
 * @param backend name of the backend that runs it
 * @param output folder of the run, which holds no run yet
 */
public record Run<M>(
        Path model,
        TaskSettings<M> task,
        Training training,
        Freezing freezing,
        Precision precision,
        String backend,
        Path output) {
    /**
     * A run with the usual settings of its kind: everything trains, in float32. The parameters are those of the record.
     */
    public static <M> Builder<M> builder(Path model, TaskSettings<M> task, Path output) {
        return new Builder<>(model, task, output);
    }

    /**
     * Runs it.
     *
     * @param listener told what happens
     * @throws InputException if the checkpoint, the data or a setting cannot be used, or the output folder holds a run already
     * @throws DivergedException if the loss is no number any more
     */
    public Trained<M> start(RunListener listener) {
        if (RunFolder.holdsRun(output)) {
            throw new InputException(output + ": holds a run already; use another folder, or resume that run");
        }
        return new RunSession<>(this, listener).run(model, false);
    }

    /**
     * The settings of a run that has begun.
     *
     * @param folder the run's folder
     * @throws InputException if the folder holds no run, or its data have changed
     */
    public static Run<?> settingsOf(Path folder) {
        return RunFile.read(folder);
    }

    /**
     * Goes on with a stopped run from its last checkpoint, to the same bits as without the stop.
     *
     * @param folder the run's folder
     * @param listener told what happens
     * @throws InputException if the folder holds no run, or its data have changed
     */
    public static Trained<?> resume(Path folder, RunListener listener) {
        return RunFile.read(folder).resume(listener);
    }

    private Trained<M> resume(RunListener listener) {
        return new RunSession<>(this, listener).run(RunFolder.lastCheckpoint(output), true);
    }

    /** The same on a backend of another name. */
    public Run<M> withBackend(String name) {
        return new Run<>(model, task, training, freezing, precision, name, output);
    }

    /** Builds a run. */
    public static final class Builder<M> {
        private final Path model;
        private final TaskSettings<M> task;
        private final Path output;
        private Training training;
        private Freezing freezing = Freezing.NONE;
        private Precision precision = Precision.FLOAT32;
        private String backend = Backends.AUTO;

        private Builder(Path model, TaskSettings<M> task, Path output) {
            this.model = model;
            this.task = task;
            this.output = output;
            training = task.isPretraining() ? Training.pretraining() : Training.fineTuning();
        }

        /** Another training. */
        public Builder<M> training(Training settings) {
            training = settings;
            return this;
        }

        /** Changes of the training. */
        public Builder<M> training(Consumer<Training.Builder> changes) {
            Training.Builder builder = training.change();
            changes.accept(builder);
            return training(builder.build());
        }

        /** What trains when. */
        public Builder<M> freezing(Freezing settings) {
            freezing = settings;
            return this;
        }

        /** A schedule of what trains when. */
        public Builder<M> freezing(NamedSchedule schedule) {
            return freezing(new Freezing(Freezing.NONE.trainable(), Optional.of(schedule.toString())));
        }

        /**
         * What trains, in all epochs.
         *
         * @param selector such as {@code layers.*.attn.q, head}
         */
        public Builder<M> trainable(String selector) {
            return freezing(Freezing.of(Selector.parse(selector)));
        }

        /** Precision of the products. */
        public Builder<M> precision(Precision other) {
            precision = other;
            return this;
        }

        /** Name of the backend. */
        public Builder<M> backend(String name) {
            backend = name;
            return this;
        }

        /** The run's settings. */
        public Run<M> build() {
            return new Run<>(model, task, training, freezing, precision, backend, output);
        }

        /** Runs it, as {@link Run#start} does. */
        public Trained<M> start(RunListener listener) {
            return build().start(listener);
        }
    }
}
