package org.modernbert4j.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.modernbert4j.InputException;
import org.modernbert4j.OutputFolder;
import org.modernbert4j.OutputFolder.Room;
import org.modernbert4j.Reason;
import org.modernbert4j.TemporaryNames;

/**
 * Writes folders of models and checkpoints so that they are complete or absent, never half written. Files that are not ours, which
 * somebody has put there, stay where they are.
 */
public final class AtomicFolder {
    private AtomicFolder() {}

    /**
     * Writes a folder that is not there yet, and that no other process writes meanwhile.
     *
     * @param folder final path of the folder
     * @param bytes that it will take, as far as is known
     * @param content fills the empty folder
     * @param notes receives a line if the file system has no locks
     * @throws InputException if the folder exists, another process writes it, or it cannot be written
     */
    public static void create(Path folder, long bytes, Consumer<Path> content, Consumer<String> notes) {
        requireAbsent(folder);
        Path partial = TemporaryNames.filling(folder);
        try (OutputFolder claimed = OutputFolder.claimName(folder, notes)) {
            requireAbsent(folder);
            claimed.requireRoom(bytes, "the model", Room.OF_DISK);
            requireGone(removeUnfinished(partial));
            prepare(partial, content);
            Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    /**
     * Checks that there is nothing of a name.
     *
     * @throws InputException if there is
     */
    public static void requireAbsent(Path folder) {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new InputException(folder + ": exists already; use another folder");
        }
    }

    /**
     * Writes a folder under a temporary name in the same parent, forces it to disk, and renames it. An existing folder of that
     * name stays until then; what is not ours in it is in the new one. No other process may write the folder meanwhile.
     *
     * @param folder final path of the folder
     * @param content fills the empty folder
     * @throws InputException if the folder cannot be written
     */
    public static void write(Path folder, Consumer<Path> content) {
        Path partial = TemporaryNames.partial(folder);
        try {
            tidy(folder);
            prepare(partial, content);
            if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                Files.move(requireFolder(folder), TemporaryNames.old(folder), StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
            removeOld(folder);
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    /**
     * Puts in order what a killed process has left of {@link #write} and {@link #remove}: half a folder is removed, and a folder that
     * was there before has its name again if there is no new one.
     *
     * @param folder final path of the folder
     * @throws InputException if that cannot be done, or files that are not ours are in the way
     */
    public static void recover(Path folder) {
        try {
            tidy(folder);
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    private static void tidy(Path folder) throws IOException {
        if (Files.isDirectory(TemporaryNames.old(folder)) && !Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(TemporaryNames.old(folder), folder, StandardCopyOption.ATOMIC_MOVE);
        }
        removeOld(folder);
        finishRemoval(folder);
        requireGone(OwnFiles.remove(TemporaryNames.partial(folder)));
    }

    /** Removes the folder that was there before; what is not ours in it moves to the present one. */
    private static void removeOld(Path folder) throws IOException {
        Path old = TemporaryNames.old(folder);
        if (Files.isDirectory(old, LinkOption.NOFOLLOW_LINKS)) {
            for (Path file : OwnFiles.list(old)) {
                Path place = folder.resolve(file.getFileName());
                if (Files.isRegularFile(place)) {
                    Files.deleteIfExists(file); // the new content has it as well
                } else if (!OwnFiles.isOwn(file) && !Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
                    Files.move(file, place, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }
        requireGone(OwnFiles.remove(old));
    }

    private static void requireGone(Optional<Path> stays) {
        if (stays.isPresent()) {
            throw new InputException(stays.get()
                    + ": is in the way, and not a file that this program writes there; move it somewhere else");
        }
    }

    private static Path requireFolder(Path folder) {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            requireGone(Optional.of(folder));
        }
        return folder;
    }

    private static void prepare(Path partial, Consumer<Path> content) throws IOException {
        Files.createDirectories(partial);
        try {
            content.accept(partial);
        } catch (RuntimeException | Error e) {
            removeUnfinished(partial);
            throw e;
        }
        try (Stream<Path> files = Files.walk(partial)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }
        }
    }

    /** Removes our files from a folder that was never finished, and from the one folder that we make in it. */
    private static Optional<Path> removeUnfinished(Path partial) throws IOException {
        OwnFiles.remove(partial.resolve(OwnFiles.SENTENCE_POOLING));
        return OwnFiles.remove(partial);
    }

    /**
     * Deletes the files of a folder that are ours, and the folder unless others are in it; those stay in it. It is gone at once, never
     * half deleted: a killed process leaves it under another name, which {@link #recover} deletes. If it does not exist, nothing
     * happens.
     *
     * @throws InputException if something cannot be deleted
     */
    public static void remove(Path folder) {
        try {
            finishRemoval(folder);
            if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                Files.move(folder, TemporaryNames.removed(folder), StandardCopyOption.ATOMIC_MOVE);
                finishRemoval(folder);
            }
        } catch (IOException e) {
            throw new InputException(folder + ": cannot be deleted (" + Reason.of(e) + "); delete it by hand", e);
        }
    }

    /** Deletes what is ours of a folder that is being removed; if others are in it, they have its name again. */
    private static void finishRemoval(Path folder) throws IOException {
        Path removed = TemporaryNames.removed(folder);
        Optional<Path> stays = OwnFiles.remove(removed);
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS) || stays.equals(Optional.of(removed))) {
            requireGone(stays);
        } else if (stays.isPresent()) {
            Files.move(removed, folder, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static InputException unwritable(Path folder, IOException e) {
        return new InputException(
                folder + ": cannot be written (" + Reason.of(e) + "); make room or use another folder", e);
    }
}
