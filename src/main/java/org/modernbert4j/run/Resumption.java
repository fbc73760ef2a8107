package org.modernbert4j.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.modernbert4j.InputException;
import org.modernbert4j.OutputFolder.Room;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.checkpoint.DamagedException;
import org.modernbert4j.optim.OnNan;
import org.modernbert4j.run.Saving.Interval;

/**
 * A stopped run that is to go on: from which checkpoint, and what is not as it was when the run began.
 *
 * <pre>{@code
 * Resumption.of(Path.of("runs/news")).epochs(5).start(RunListener.NONE);
 * Resumption.of(Path.of("runs/news/checkpoint-400")).data(List.of(moved)).start(RunListener.NONE);
 * }</pre>
 */
public final class Resumption {
    private final Path folder;
    private final Optional<Path> chosen;
    private RunFile.Stored stored;
    private final List<String> arguments = new ArrayList<>();
    private final List<String> planArguments = new ArrayList<>();
    private Optional<List<Path>> data = Optional.empty();
    private Optional<Path> model = Optional.empty();
    private OptionalInt epochs = OptionalInt.empty();
    private OptionalInt steps = OptionalInt.empty();
    private OptionalInt patience = OptionalInt.empty();
    private Optional<Interval> saveEvery = Optional.empty();
    private OptionalInt keepCheckpoints = OptionalInt.empty();
    private Optional<OnNan> onNan = Optional.empty();
    private Optional<String> backend = Optional.empty();

    private Resumption(Path folder, Optional<Path> chosen) {
        this.folder = folder;
        this.chosen = chosen;
        stored = RunFile.stored(folder);
    }

    /**
     * A run as it was.
     *
     * @param folder the run's folder, to go on from its last checkpoint; or one of the checkpoints in it
     * @throws InputException if there is no run, or its settings cannot be read
     */
    public static Resumption of(Path folder) {
        Optional<Path> run = RunFolder.ofCheckpoint(folder);
        if (run.isPresent() && !Files.isDirectory(folder)) {
            throw new InputException(folder + ": no such folder; give the run's folder, or a checkpoint that is in it");
        }
        return new Resumption(run.orElse(folder), run.map(found -> folder));
    }

    /** Whether the run pre-trains; otherwise it fine-tunes. */
    public boolean isPretraining() {
        return stored.run().task().isPretraining();
    }

    /**
     * Where the data files are now; they must be those that the run began with.
     *
     * @throws InputException if they are not as many as the run has
     */
    public Resumption data(List<Path> files) {
        return files(RunFile.DATA, files);
    }

    /**
     * Where the files are now that another option names.
     *
     * @param option such as {@code test}
     * @throws InputException if they are not as many as the run has
     */
    public Resumption files(String option, List<Path> files) {
        List<String> options = stored.run().task().options();
        int count = Collections.frequency(options, option);
        if (count == 0) {
            throw new InputException(option + ": found " + files
                    + ", but the run has no such file; leave the option out, or start a new run with it");
        }
        if (files.size() != count) {
            throw new InputException("%s: found %d files %s, expected %d, those of the run in their order"
                    .formatted(option, files.size(), files, count));
        }
        Iterator<Path> next = files.iterator();
        List<Path> all = new ArrayList<>(data.orElse(stored.run().task().files()));
        for (int i = 0; i < all.size(); i++) {
            if (options.get(i).equals(option)) {
                all.set(i, next.next().toAbsolutePath().normalize());
            }
        }
        data = Optional.of(all);
        files.forEach(file -> with("--" + option, file));
        return this;
    }

    /** Where the model is now that the run began with; the run itself needs it no more. */
    public Resumption model(Path now) {
        model = Optional.of(now.toAbsolutePath().normalize());
        return with("--model", now);
    }

    /** Another number of passes over the texts. */
    public Resumption epochs(int count) {
        epochs = OptionalInt.of(count);
        return withPlan("--epochs", count);
    }

    /** Another number of steps, instead of epochs. */
    public Resumption steps(int count) {
        steps = OptionalInt.of(count);
        return withPlan("--steps", count);
    }

    /** Another number of evaluations without a better score after which it stops. */
    public Resumption patience(int evaluations) {
        patience = OptionalInt.of(evaluations);
        return with("--patience", evaluations);
    }

    /** Another interval between checkpoints. */
    public Resumption saveEvery(Interval interval) {
        saveEvery = Optional.of(interval);
        return with("--save-every", interval);
    }

    /** Another number of checkpoints that are kept. */
    public Resumption keepCheckpoints(int count) {
        keepCheckpoints = OptionalInt.of(count);
        return with("--keep-checkpoints", count);
    }

    /** Another way with steps that are not finite. */
    public Resumption onNan(OnNan way) {
        onNan = Optional.of(way);
        return with("--on-nan", way);
    }

    /** Another backend, by its name. From here on the results are the same to rounding, not to the bit. */
    public Resumption backend(String name) {
        backend = Optional.of(name);
        return with("--backend", name);
    }

    private Resumption withPlan(String option, int count) {
        planArguments.addAll(List.of(option, String.valueOf(count)));
        return this;
    }

    private Resumption with(String option, Object value) {
        arguments.addAll(List.of(option, value.toString()));
        return this;
    }

    /**
     * Goes on. Without other epochs or steps, and on the same backend, the result has the same bits as without the stop.
     *
     * @param listener receives the run's events
     * @throws InputException if the checkpoint is damaged, or was trained under other settings than the run has now, the data or the
     *     model are not those that the run began with, the run has done more than it shall, or the backend does not work here
     */
    public Trained<?> start(RunListener listener) {
        try (RunOutput output = RunOutput.resume(folder, listener, Room.OF_DISK);
                Checkpoint checkpoint = open(chosen.orElseGet(() -> RunFolder.lastCheckpoint(folder)))) {
            stored = RunFile.stored(folder); // as it is now that no other process can change it
            if (checkpoint.checked().isEmpty()) {
                listener.note(checkpoint.folder() + ": has no SHA256SUMS, as older versions saved it: whether its files"
                        + " are whole could not be checked");
            }
            StateFile.trainedUnder(checkpoint.folder())
                    .ifPresentOrElse(
                            then -> TrainedUnder.check(folder.resolve(RunFile.NAME), stored, checkpoint.folder(), then),
                            () -> listener.note(checkpoint.folder() + ": does not say what it was trained under, as"
                                    + " older versions saved it: whether " + RunFile.NAME
                                    + " is as it was could not be checked"));
            return start(stored.run(), checkpoint, output, listener);
        }
    }

    private <M> Trained<M> start(Run<M> old, Checkpoint checkpoint, RunOutput output, RunListener listener) {
        Run<M> before = backend.map(old::withBackend).orElse(old);
        Run<M> run = before.with(
                model.orElse(before.model()),
                data.map(before.task()::withFiles).orElse(before.task()),
                training(before.training()));
        RunFile.Stored now = stored.with(run);
        now.checkData();
        model.ifPresent(now::checkModel);
        // the file keeps paths as they were given, the run itself has them from its working directory
        Run<M> found =
                run.with(now.directory().resolve(run.model()), run.task().withFiles(now.files()), run.training());
        return new RunSession<>(found, output, listener).resume(checkpoint, stored, now);
    }

    private Training training(Training before) {
        Training.Builder builder = before.change();
        epochs.ifPresent(builder::epochs);
        steps.ifPresent(builder::steps);
        patience.ifPresent(builder::patience);
        onNan.ifPresent(builder::onNan);
        Saving saving = before.intervals().saving();
        builder.saving(new Saving(saveEvery.or(saving::every), keepCheckpoints.orElse(saving.keep())));
        return builder.build();
    }

    private Checkpoint open(Path checkpoint) {
        try {
            return Checkpoint.open(checkpoint);
        } catch (InputException e) {
            String finding = e instanceof DamagedException damaged ? damaged.finding() : e.getMessage();
            String way = RunFolder.checkpoints(folder).stream()
                    .filter(other -> RunFolder.step(other) < RunFolder.step(checkpoint))
                    .filter(this::isSound)
                    .findFirst()
                    .map(other -> "go on from the checkpoint before it: " + command(other) + afterwards())
                    .orElse("no checkpoint before it is whole: start a new run in another folder");
            throw new InputException(finding + "; " + way, e);
        }
    }

    private boolean isSound(Path checkpoint) {
        try (Checkpoint opened = Checkpoint.open(checkpoint)) {
            return !opened.checked().isEmpty();
        } catch (InputException e) {
            return false; // the message names the next one that is sound
        }
    }

    private String command(Path checkpoint) {
        String command = (isPretraining() ? "pretrain" : "train") + " --resume " + quoted(checkpoint.toString());
        return arguments.isEmpty()
                ? command
                : command + " " + arguments.stream().map(Resumption::quoted).collect(Collectors.joining(" "));
    }

    /** Another number of epochs or steps has to wait until the best model is no later than the checkpoint. */
    private String afterwards() {
        Training before = stored.run().training();
        Training now = training(before);
        boolean same = now.epochs() == before.epochs() && now.steps().equals(before.steps());
        return same ? "" : "; after that once more, with " + String.join(" ", planArguments);
    }

    /** A word as a shell reads it. */
    private static String quoted(String word) {
        return word.matches("[\\p{L}\\p{N}_./:=@,+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
