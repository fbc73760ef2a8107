package org.modernbert4j.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.modernbert4j.InputException;
import org.modernbert4j.checkpoint.AtomicFolder;

/**
 * The contents of a run's folder: {@value RunFile#NAME}; the last checkpoint, {@code checkpoint-N} after N steps; and the final
 * model, {@value #BEST} or {@value #LAST}.
 */
public final class RunFolder {
    /** Folder of the model with the best score. */
    static final String BEST = "best";

    /** Folder of the model after the last step, for runs that keep the last model. */
    static final String LAST = "model";

    private static final String CHECKPOINT = "checkpoint-";

    private RunFolder() {}

    /** Whether a folder holds a run with a checkpoint, so that the run can be resumed or used. */
    public static boolean holdsRun(Path run) {
        return Files.exists(run.resolve(RunFile.NAME)) && !checkpoints(run).isEmpty();
    }

    /** The folder of a model: for a run's folder, the folder of its final model; for other folders, the folder itself. */
    public static Path model(Path folder) {
        if (Files.isDirectory(folder.resolve(BEST))) {
            return folder.resolve(BEST);
        }
        boolean holdsLast = Files.exists(folder.resolve(RunFile.NAME)) && Files.isDirectory(folder.resolve(LAST));
        return holdsLast ? folder.resolve(LAST) : folder;
    }

    /** The run's folder for the folder of a final model; empty if the folder is not the final model of a run. */
    public static Optional<Path> ofModel(Path folder) {
        return Optional.ofNullable(folder.toAbsolutePath().normalize().getParent())
                .filter(run -> holdsRun(run)
                        && model(run).equals(folder.toAbsolutePath().normalize()));
    }

    /**
     * Saves a checkpoint, then deletes the older ones.
     *
     * @param step number of steps so far
     * @param content fills the empty folder
     * @return the checkpoint's folder
     * @throws InputException if it cannot be written
     */
    static Path saveCheckpoint(Path run, int step, Consumer<Path> content) {
        List<Path> before = checkpoints(run);
        Path folder = run.resolve(CHECKPOINT + step);
        AtomicFolder.write(folder, content);
        before.stream().filter(old -> !old.equals(folder)).forEach(AtomicFolder::remove);
        return folder;
    }

    /**
     * The checkpoint with the most steps.
     *
     * @throws InputException if there is none
     */
    public static Path lastCheckpoint(Path run) {
        return checkpoints(run).stream()
                .max(Comparator.comparingInt(RunFolder::step))
                .orElseThrow(() -> new InputException(
                        run + ": holds no checkpoint to resume from; delete the folder and start a new run"));
    }

    private static List<Path> checkpoints(Path run) {
        try (Stream<Path> files = Files.list(run)) {
            return files.filter(file -> file.getFileName().toString().matches(CHECKPOINT + "\\d+"))
                    .toList();
        } catch (IOException e) {
            throw new InputException(run + ": cannot be read (" + e + "); use another folder", e);
        }
    }

    private static int step(Path checkpoint) {
        return Integer.parseInt(checkpoint.getFileName().toString().substring(CHECKPOINT.length()));
    }
}
