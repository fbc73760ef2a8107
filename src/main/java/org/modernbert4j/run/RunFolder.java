package org.modernbert4j.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.modernbert4j.FileSizes;
import org.modernbert4j.InputException;
import org.modernbert4j.Reason;
import org.modernbert4j.TemporaryNames;
import org.modernbert4j.checkpoint.AtomicFolder;
import org.modernbert4j.checkpoint.Checksums;
import org.modernbert4j.checkpoint.OwnFiles;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.safetensors.SafetensorsFolder;
import org.modernbert4j.task.SingleLabel;

/**
 * The contents of a run's folder: {@value RunFile#NAME}; the last checkpoints, {@code checkpoint-N} after N steps; and the final
 * model, {@value #BEST} or {@value #LAST}.
 */
public final class RunFolder {
    /** The page that reports on a classifier. */
    public static final String PAGE = "report.html";

    /** Folder of the model with the best score. */
    static final String BEST = "best";

    /** Folder of the model after the last step, for runs that keep the last model. */
    static final String LAST = "model";

    static final String METRICS = "metrics.csv";

    /** Files of a run beside its models, {@value RunFile#NAME} and {@value #METRICS}; reports and tasks write them. */
    private static final List<String> REPORTS =
            List.of(SingleLabel.PREDICTIONS, TestResult.NAME, SingleLabel.TEST_PREDICTIONS, PAGE, OwnFiles.CARD);

    private static final List<String> TEST_FILES = List.of(TestResult.NAME, SingleLabel.TEST_PREDICTIONS);

    private static final String PREFIX = "checkpoint-";
    private static final Pattern CHECKPOINT = Pattern.compile(PREFIX + "\\d+");

    private RunFolder() {}

    /** Whether a folder holds a run with a checkpoint, so that the run can be resumed or used. */
    public static boolean holdsRun(Path run) {
        return Files.exists(run.resolve(RunFile.NAME)) && !checkpoints(run).isEmpty();
    }

    /** The folder of a run's final model; empty if it has none yet, or the folder is not a run's. */
    public static Optional<Path> finalModel(Path run) {
        if (Files.isDirectory(run.resolve(BEST))) {
            return Optional.of(run.resolve(BEST));
        }
        boolean holdsLast = Files.exists(run.resolve(RunFile.NAME)) && Files.isDirectory(run.resolve(LAST));
        return holdsLast ? Optional.of(run.resolve(LAST)) : Optional.empty();
    }

    /**
     * The folder of a model: for a run's folder, the folder of its final model; for other folders, the folder itself.
     *
     * @throws InputException if the folder is that of a run without a final model yet
     */
    public static Path model(Path folder) {
        Optional<Path> last = finalModel(folder);
        if (last.isEmpty() && RunFile.isIn(folder) && !Files.exists(folder.resolve(ModernBertConfig.FILE))) {
            throw noModel(folder);
        }
        return last.orElse(folder);
    }

    private static InputException noModel(Path run) {
        String remedy = checkpoints(run).stream()
                .findFirst()
                .map(last -> "use " + last + ", or go on with the run")
                .orElse("wait until it has saved its first checkpoint, or go on with it");
        return new InputException(
                run + ": found a run that has no best or final weights yet, expected those; " + remedy);
    }

    /** The run's folder for the folder of a final model; empty if the folder is not the final model of a run. */
    public static Optional<Path> ofModel(Path folder) {
        return Optional.ofNullable(folder.toAbsolutePath().normalize().getParent())
                .filter(run -> holdsRun(run)
                        && finalModel(run)
                                .equals(Optional.of(folder.toAbsolutePath().normalize())));
    }

    /** The run's folder for the folder of one of its checkpoints; empty for other folders. */
    static Optional<Path> ofCheckpoint(Path folder) {
        Path name = folder.getFileName();
        return name != null && CHECKPOINT.matcher(name.toString()).matches()
                ? Optional.of(folder.resolveSibling(""))
                : Optional.empty();
    }

    /**
     * Saves a checkpoint with its {@code SHA256SUMS}, then deletes what are not the last checkpoints up to it: older ones, and later
     * ones, which a run that went on from an earlier one makes anew.
     *
     * @param step number of steps so far
     * @param keep number of checkpoints that are kept
     * @param content fills the empty folder
     * @return the checkpoint's folder
     * @throws InputException if it cannot be written
     */
    static Path saveCheckpoint(Path run, int step, int keep, Consumer<Path> content) {
        Path folder = run.resolve(PREFIX + step);
        save(folder, content);
        keepLast(run, step, keep);
        return folder;
    }

    /**
     * Saves a model or a checkpoint with its {@code SHA256SUMS}.
     *
     * @param content fills the empty folder
     * @throws InputException if it cannot be written
     */
    static void save(Path folder, Consumer<Path> content) {
        AtomicFolder.write(folder, partial -> {
            content.accept(partial);
            Checksums.write(partial);
        });
    }

    /**
     * Deletes all checkpoints but the last ones up to a step. One that is deleted is gone at once, never half deleted.
     *
     * @param step of the last one that is kept
     * @param keep number of checkpoints that are kept
     * @throws InputException if one cannot be deleted
     */
    static void keepLast(Path run, int step, int keep) {
        List<Path> all = checkpoints(run);
        List<Path> kept =
                all.stream().filter(one -> step(one) <= step).limit(keep).toList();
        for (Path one : all) {
            if (!kept.contains(one)) {
                AtomicFolder.remove(one);
            }
        }
    }

    /**
     * The checkpoint with the most steps.
     *
     * @throws InputException if there is none
     */
    public static Path lastCheckpoint(Path run) {
        return checkpoints(run).stream()
                .findFirst()
                .orElseThrow(() -> new InputException(run
                        + ": holds no checkpoint to resume from; give the command that began it again,"
                        + " with --replace"));
    }

    /**
     * The checkpoints of a run, the one with the most steps first, but not what is left of a removed one because somebody has put
     * files into it.
     *
     * @throws InputException if the folder cannot be read, or a checkpoint in it has an impossible number of steps
     */
    static List<Path> checkpoints(Path run) {
        return OwnFiles.list(run).stream()
                .filter(RunFolder::isCheckpoint)
                .filter(folder -> Files.exists(folder.resolve(StateFile.NAME)))
                .sorted(Comparator.comparingInt(RunFolder::step).reversed())
                .toList();
    }

    private static boolean isCheckpoint(Path file) {
        return CHECKPOINT.matcher(file.getFileName().toString()).matches();
    }

    /**
     * Checks that a run may begin in a folder: that it is missing, empty, or holds a run that has saved nothing yet.
     *
     * @param replaces whether it may hold any run
     * @throws InputException if it may not; the message says why
     */
    static void requireFree(Path run, boolean replaces) {
        if (!Files.exists(run)) {
            return;
        }
        if (!Files.isDirectory(run)) {
            throw new InputException(run + ": found a file, expected a folder; use another one");
        }
        List<Path> found = OwnFiles.list(run).stream()
                .filter(file -> !TemporaryNames.isTemporary(file))
                .toList();
        if (!found.isEmpty() && !RunFile.isIn(run)) {
            throw new InputException(run + ": found " + found.get(0).getFileName()
                    + " in it but no run, expected a folder that is empty or not there yet; use another folder");
        }
        if (!replaces && models(run).anyMatch(model -> Files.exists(model.resolve(SafetensorsFolder.SINGLE)))) {
            throw new InputException(
                    run + ": holds a run already; resume that run, use another folder, or replace it with --replace");
        }
        models(run)
                .filter(folder -> !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS))
                .forEach(folder -> refuse(folder, "a folder"));
        Stream.concat(Stream.of(RunFile.NAME, METRICS), REPORTS.stream())
                .map(run::resolve)
                .filter(Files::isDirectory)
                .forEach(file -> refuse(file, "a file"));
    }

    private static void refuse(Path path, String expected) {
        throw new InputException(path + ": is not what a run writes, expected " + expected
                + " or nothing; move it somewhere else, or use another folder");
    }

    /** The folders of models and checkpoints in a run's folder. */
    private static Stream<Path> models(Path run) {
        Stream<Path> last = Stream.of(BEST, LAST).map(run::resolve).filter(RunFolder::isThere);
        return Stream.concat(last, OwnFiles.list(run).stream().filter(RunFolder::isCheckpoint));
    }

    private static boolean isThere(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Puts in order what a killed process has left of models and checkpoints.
     *
     * @throws InputException if that cannot be done
     */
    static void recover(Path run) {
        Stream<Path> left = OwnFiles.list(run).stream()
                .flatMap(file -> TemporaryNames.saved(file).stream())
                .filter(RunFolder::isCheckpoint);
        Stream.concat(Stream.of(BEST, LAST).map(run::resolve), left).distinct().forEach(AtomicFolder::recover);
    }

    /**
     * Removes what a run writes, so that another can begin: of folders of models the files that are ours; files of others stay. Its
     * {@value RunFile#NAME} and {@value #METRICS} stay too, until the next run replaces them.
     *
     * @throws InputException if something cannot be removed
     */
    static void clear(Path run) {
        models(run).forEach(AtomicFolder::remove);
        REPORTS.forEach(name -> delete(run.resolve(name)));
    }

    /**
     * Removes what a test of the model gave, before training changes the model.
     *
     * @throws InputException if it cannot be removed
     */
    static void clearTest(Path run) {
        TEST_FILES.forEach(name -> delete(run.resolve(name)));
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new InputException(file + ": cannot be deleted (" + Reason.of(e) + "); delete it by hand", e);
        }
    }

    /** Bytes of our files of the models and checkpoints in a run's folder. */
    static long bytes(Path run) {
        return models(run)
                .flatMap(model -> OwnFiles.list(model).stream())
                .filter(OwnFiles::isOwn)
                .mapToLong(FileSizes::of)
                .sum();
    }

    /**
     * The number of steps of a checkpoint, as its name has it.
     *
     * @throws InputException if it is beyond any run's
     */
    static int step(Path checkpoint) {
        String digits = checkpoint.getFileName().toString().substring(PREFIX.length());
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new InputException(
                    checkpoint + ": found a checkpoint of " + digits + " steps, expected at most " + Integer.MAX_VALUE
                            + "; move the folder away, no run wrote it",
                    e);
        }
    }
}
