package org.modernbert4j.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.modernbert4j.InputException;

/** Brings one file from a web address onto the disk, once, and keeps its hash beside it. */
final class DataDownload {
    private static final Set<Integer> STAY_ERRORS =
            Set.of(HttpRefusal.UNAUTHORIZED, HttpRefusal.NOT_FOUND, HttpRefusal.GONE);

    private final URI uri;
    private final Path target;
    private final Requests requests;
    private final RetryPolicy policy;
    private final DownloadListener listener;
    private final Disk disk;

    DataDownload(URI uri, Path target, Requests requests, RetryPolicy policy, DownloadListener listener, Disk disk) {
        this.uri = uri;
        this.target = target;
        this.requests = requests;
        this.policy = policy;
        this.listener = listener;
        this.disk = disk;
    }

    /** Where the file of an address lies, whether it is there or not. */
    static Path target(Path data, URI uri) {
        String path = uri.getPath() == null ? "" : uri.getPath();
        String name = path.substring(path.lastIndexOf('/') + 1).replaceAll("[^\\p{L}\\p{N}_.-]", "_");
        boolean usable = !name.isEmpty() && !name.startsWith(".");
        return data.resolve(Checksum.ofText(uri.toString())).resolve(usable ? name : "data");
    }

    /**
     * The file, which is what it was when it was downloaded.
     *
     * @param offline whether it must be there already
     */
    Path run(boolean offline) {
        if (!Files.exists(target) && offline) {
            throw absent("HF_HUB_OFFLINE is set", "unset it", null);
        }
        Runnable waiting = () -> listener.note(label() + ": waiting for another process that downloads it");
        try {
            ProcessLock.hold(beside(".lock"), waiting, () -> {
                if (Files.exists(target)) {
                    check();
                } else {
                    download();
                }
            });
            return target;
        } catch (IOException e) {
            throw new InputException(target + ": cannot be written (" + e + "); make room or set XDG_CACHE_HOME", e);
        }
    }

    private void check() throws IOException {
        Path kept = beside(".sha256");
        String hash = Checksum.Kind.SHA256.of(target);
        if (!Files.exists(kept)) {
            keep(hash); // put here by hand
            return;
        }
        String wanted = Files.readString(kept).strip().split("\\s", 2)[0];
        if (!hash.equals(wanted)) {
            throw new InputException(target + ": is not what was downloaded, its SHA-256 is " + hash + ", wanted "
                    + wanted + "; delete it, and it is downloaded again");
        }
    }

    private void download() throws IOException {
        try {
            RemoteFile file = ask();
            Path partial = beside("." + file.validator().map(Checksum::ofText).orElse("any") + ".incomplete");
            if (file.validator().isEmpty()) {
                Files.deleteIfExists(partial);
            }
            new Download(requests, policy, listener, disk).fetch(file, partial);
            keep(Checksum.Kind.SHA256.of(partial));
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (UnreachableException e) {
            throw absent(e.getMessage(), "try again later", e);
        } catch (HttpRefusal e) {
            throw absent(e.getMessage(), "check the address", e);
        }
    }

    private RemoteFile ask() throws HttpRefusal, UnreachableException {
        String name = target.getFileName().toString();
        try {
            Metadata told = Metadata.ask(label(), uri, Requests.Follow.EVERYWHERE, requests, policy, listener);
            return new RemoteFile(label(), name, uri, told.size(), Optional.empty(), told.validator());
        } catch (HttpRefusal e) {
            if (STAY_ERRORS.contains(e.status())) {
                throw e;
            }
            // some servers send files and nothing about them
            return new RemoteFile(label(), name, uri, OptionalLong.empty(), Optional.empty(), Optional.empty());
        }
    }

    private void keep(String hash) throws IOException {
        Path partial = beside(".sha256.incomplete");
        Files.writeString(partial, hash + "  " + target.getFileName() + "\n");
        Files.move(partial, beside(".sha256"), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path beside(String ending) {
        return target.resolveSibling(target.getFileName() + ending);
    }

    private String label() {
        return WebAddress.shown(uri);
    }

    private InputException absent(String why, String then, Throwable cause) {
        return new InputException(
                label() + ": not on disk, and cannot be downloaded (" + why + "); " + then + ", or put the file into "
                        + target.getParent() + " as " + target.getFileName(),
                cause);
    }
}
