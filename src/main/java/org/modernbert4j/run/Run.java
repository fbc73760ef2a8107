package org.modernbert4j.run;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.modernbert4j.InputException;
import org.modernbert4j.OutputFolder.Room;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.freeze.NamedSchedule;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.task.TaskSettings;

/**
 * The settings of a training run.
 *
 * @param <M> the task's metrics
 * @param model folder of the checkpoint
 * @param task the task and its data
 * @param training epochs, batches, learning rates, seed
 * @param freezing which parameters train in each epoch
 * @param precision of the matrix products
 * @param backend name of the backend
 * @param output folder of the run; must not hold a run yet
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
     * A builder with the default settings for the task. By default everything trains, in float32. Parameters are as in the record.
     */
    public static <M> Builder<M> builder(Path model, TaskSettings<M> task, Path output) {
        return new Builder<>(model, task, output);
    }

    /**
     * Starts the run and returns at its end.
     *
     * @param listener receives the run's events
     * @throws InputException if the checkpoint, the data or a setting cannot be used, the output is a file, holds a run already or
     *     something that is no run, is or holds one of the inputs, or cannot be written, or another process writes into it; nothing
     *     in it has changed then
     * @throws DivergedException if a loss or a gradient is not finite, and such steps are not to be skipped
     */
    public Trained<M> start(RunListener listener) {
        return start(false, listener, Room.OF_DISK);
    }

    /**
     * Starts the run as {@link #start} does, also if the output holds another run. Once all inputs have been read, the files of
     * that one are removed; other files in the folder stay.
     *
     * @param listener receives the run's events
     */
    public Trained<M> replace(RunListener listener) {
        return start(true, listener, Room.OF_DISK);
    }

    Trained<M> start(boolean replaces, RunListener listener, Room room) {
        try (RunOutput folder = RunOutput.begin(this, replaces, listener, room);
                Checkpoint checkpoint = Checkpoint.open(model)) {
            return new RunSession<>(this, folder, listener).start(checkpoint);
        }
    }

    /**
     * Reads the settings of a started run.
     *
     * @param folder the run's folder
     * @throws InputException if the folder holds no run, or its data have changed
     */
    public static Run<?> settingsOf(Path folder) {
        return RunFile.read(folder);
    }

    /**
     * Resumes a stopped run from its last checkpoint, as {@link Resumption} does.
     *
     * @param folder the run's folder, or one of the checkpoints in it
     * @param listener receives the run's events
     * @throws InputException if the folder holds no run, its data have changed, or another process writes into it
     */
    public static Trained<?> resume(Path folder, RunListener listener) {
        return Resumption.of(folder).start(listener);
    }

    /** The same run on another backend. */
    public Run<M> withBackend(String name) {
        return new Run<>(model, task, training, freezing, precision, name, output);
    }

    /** The same run with its model and its task's files elsewhere, or for another time. */
    Run<M> with(Path otherModel, TaskSettings<M> otherTask, Training otherTraining) {
        return new Run<>(otherModel, otherTask, otherTraining, freezing, precision, backend, output);
    }

    /** The same run with other settings of what trains. */
    Run<M> withFreezing(Freezing other) {
        return new Run<>(model, task, training, other, precision, backend, output);
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

        /** Replaces the training settings. */
        public Builder<M> training(Training settings) {
            training = settings;
            return this;
        }

        /** Changes some training settings. */
        public Builder<M> training(Consumer<Training.Builder> changes) {
            Training.Builder builder = training.change();
            changes.accept(builder);
            return training(builder.build());
        }

        /** Which parameters train in each epoch. */
        public Builder<M> freezing(Freezing settings) {
            freezing = settings;
            return this;
        }

        /** The schedule of trainable parameters. */
        public Builder<M> freezing(NamedSchedule schedule) {
            return freezing(new Freezing(Freezing.NONE.trainable(), Optional.of(schedule.toString())));
        }

        /**
         * The parameters that train in every epoch.
         *
         * @param selector such as {@code layers.*.attn.q, head}
         */
        public Builder<M> trainable(String selector) {
            return freezing(Freezing.of(Selector.parse(selector)));
        }

        /** Precision of the matrix products. */
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
