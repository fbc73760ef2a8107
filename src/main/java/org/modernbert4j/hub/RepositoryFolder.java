package org.modernbert4j.hub;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.modernbert4j.InputException;

/**
 * A repository in the cache, laid out as huggingface_hub does: {@code blobs} holds each content once, named by its ETag; a folder
 * in {@code snapshots} for each commit has links to them, named as the files are; {@code refs} says which commit a branch or tag
 * is at; {@code .no_exist} remembers which files a commit lacks.
 *
 * @param cache the cache's folder
 * @param repository whose revision does not matter
 * @param disk makes the links
 */
record RepositoryFolder(Path cache, HubName repository, Disk disk) {
    private Path root() {
        return cache.resolve(repository.folder());
    }

    Path blob(String etag) {
        return root().resolve("blobs").resolve(etag);
    }

    /** What has come of a blob. */
    Path partial(String etag) {
        return root().resolve("blobs").resolve(etag + ".incomplete");
    }

    Path lock(String etag) {
        return cache.resolve(".locks").resolve(repository.folder()).resolve(etag + ".lock");
    }

    Path snapshot(String commit) {
        return root().resolve("snapshots").resolve(commit);
    }

    /** The commit that a revision was at when it was last downloaded. */
    Optional<String> commitOf(String revision) {
        if (HubName.isCommit(revision)) {
            return Optional.of(revision);
        }
        Path ref = ref(revision);
        try {
            return Files.isRegularFile(ref)
                    ? Optional.of(Files.readString(ref).strip()).filter(HubName::isCommit)
                    : Optional.empty();
        } catch (IOException e) {
            throw unwritable(ref, e);
        }
    }

    /** Remembers which commit a revision is at. */
    void setCommit(String revision, String commit) {
        if (commitOf(revision).equals(Optional.of(commit))) {
            return;
        }
        Path ref = ref(revision);
        try {
            Files.createDirectories(ref.getParent());
            Path partial = ref.resolveSibling(ref.getFileName() + ".incomplete");
            Files.writeString(partial, commit);
            rename(partial, ref);
        } catch (IOException e) {
            throw unwritable(ref, e);
        }
    }

    /** Whether a commit is known to lack a file. */
    boolean isKnownToLack(String commit, String file) {
        return Files.exists(absent(commit, file));
    }

    /** Remembers that a commit lacks a file. */
    void setLacks(String commit, String file) {
        Path absent = absent(commit, file);
        try {
            Files.createDirectories(absent.getParent());
            Files.write(absent, new byte[0]);
        } catch (IOException e) {
            throw unwritable(absent, e);
        }
    }

    /** Makes a partial file, which is whole now, a blob. */
    void finish(String etag) {
        try {
            rename(partial(etag), blob(etag));
        } catch (IOException e) {
            throw unwritable(blob(etag), e);
        }
    }

    /**
     * Puts a blob into a snapshot: as a link, or where there are no links as the file itself.
     *
     * @param isNew whether no other snapshot can have it
     */
    void addToSnapshot(String commit, String file, String etag, boolean isNew) {
        Path link = snapshot(commit).resolve(file);
        try {
            Files.createDirectories(link.getParent());
            if (Files.exists(link)) {
                return;
            }
            Files.deleteIfExists(link); // it may point to a blob that was deleted
            try {
                disk.link(link, link.getParent().relativize(blob(etag)));
            } catch (FileSystemException | UnsupportedOperationException e) {
                addItself(link, etag, isNew);
            }
        } catch (IOException e) {
            throw unwritable(link, e);
        }
    }

    private void addItself(Path link, String etag, boolean isNew) throws IOException {
        if (isNew) {
            rename(blob(etag), link);
        } else {
            Path copy = link.resolveSibling(link.getFileName() + ".incomplete");
            Files.copy(blob(etag), copy, StandardCopyOption.REPLACE_EXISTING);
            rename(copy, link);
        }
    }

    /** Makes the folder of the blobs. */
    void makeFolders() {
        Path blobs = root().resolve("blobs");
        try {
            Files.createDirectories(blobs);
        } catch (IOException e) {
            throw unwritable(blobs, e);
        }
    }

    private Path ref(String revision) {
        return root().resolve("refs").resolve(revision);
    }

    private Path absent(String commit, String file) {
        return root().resolve(".no_exist").resolve(commit).resolve(file);
    }

    private static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    private static InputException unwritable(Path file, IOException e) {
        return new InputException(
                file + ": cannot be written (" + e + "); make room, or name another folder in HF_HUB_CACHE", e);
    }
}
