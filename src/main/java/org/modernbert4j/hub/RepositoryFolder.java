package org.modernbert4j.hub;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

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
    /** The repository's folder. */
    Path root() {
        return cache.resolve(repository.folder());
    }

    Path blob(String etag) {
        return root().resolve("blobs").resolve(etag);
    }

    /** What has come of a blob. */
    Path partial(String etag) {
        return incomplete(blob(etag));
    }

    Path lock(String etag) {
        return cache.resolve(".locks").resolve(repository.folder()).resolve(etag + ".lock");
    }

    Path snapshot(String commit) {
        return root().resolve("snapshots").resolve(commit);
    }

    /** The commit that a revision was at when it was last downloaded. */
    Optional<String> commitOf(String revision) throws IOException {
        if (HubName.isCommit(revision)) {
            return Optional.of(revision);
        }
        Path ref = ref(revision);
        return Files.isRegularFile(ref)
                ? Optional.of(Files.readString(ref, StandardCharsets.ISO_8859_1).strip())
                        .filter(HubName::isCommit)
                : Optional.empty();
    }

    /** Remembers which commit a revision is at. */
    void setCommit(String revision, String commit) throws IOException {
        if (!commitOf(revision).equals(Optional.of(commit))) {
            Path ref = ref(revision);
            Files.createDirectories(ref.getParent());
            Files.writeString(incomplete(ref), commit);
            rename(incomplete(ref), ref);
        }
    }

    /** Whether a commit is known to lack a file. */
    boolean isKnownToLack(String commit, String file) {
        return Files.exists(absent(commit, file));
    }

    /** Remembers that a commit lacks a file. */
    void setLacks(String commit, String file) throws IOException {
        Path absent = absent(commit, file);
        Files.createDirectories(absent.getParent());
        Files.write(absent, new byte[0]);
    }

    /** Makes a partial file, which is whole now, a blob. */
    void finish(String etag) throws IOException {
        rename(partial(etag), blob(etag));
    }

    /**
     * Puts a blob into a snapshot: as a link, or where there are no links as the file itself.
     *
     * @param isNew whether no other snapshot can have it
     */
    void addToSnapshot(String commit, String file, String etag, boolean isNew) throws IOException {
        Path link = snapshot(commit).resolve(file);
        Files.createDirectories(link.getParent());
        if (Files.exists(link)) {
            return;
        }
        Files.deleteIfExists(link); // it may point to a blob that was deleted
        try {
            disk.link(link, link.getParent().relativize(blob(etag)));
        } catch (FileSystemException | UnsupportedOperationException e) {
            if (isNew) {
                rename(blob(etag), link);
            } else {
                Files.copy(blob(etag), incomplete(link), StandardCopyOption.REPLACE_EXISTING);
                rename(incomplete(link), link);
            }
        }
    }

    private Path ref(String revision) {
        return root().resolve("refs").resolve(revision);
    }

    private Path absent(String commit, String file) {
        return root().resolve(".no_exist").resolve(commit).resolve(file);
    }

    private static Path incomplete(Path file) {
        return file.resolveSibling(file.getFileName() + ".incomplete");
    }

    private static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }
}
