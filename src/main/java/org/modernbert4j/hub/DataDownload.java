package org.modernbert4j.hub;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.modernbert4j.FileHash;
import org.modernbert4j.InputException;
import org.modernbert4j.Reason;

/**
 * Brings one file from a web address onto the disk, once, and keeps its hash beside it.
 *
 * @param uri where it is
 * @param target where it lies on disk
 * @param download brings it
 */
record DataDownload(URI uri, Path target, Download download) {
    private static final Set<Integer> FINAL_STATUSES =
            Set.of(NetworkException.UNAUTHORIZED, NetworkException.NOT_FOUND, NetworkException.GONE);

    /** Where the file of an address lies, whether it is there or not. */
    static Path target(Path data, URI uri) {
        String path = uri.getPath() == null ? "" : uri.getPath();
        String name = path.substring(path.lastIndexOf('/') + 1).replaceAll("[^\\p{L}\\p{N}_.-]", "_");
        boolean usable = !name.isEmpty() && !name.startsWith(".");
        return data.resolve(FileHash.sha256(uri.toString())).resolve(usable ? name : "data");
    }

    /**
     * Downloads the file, or checks that it is still what was downloaded.
     *
     * @param offline the variable that forbids to download it; empty if it may be
     * @return where it lies
     */
    Path run(Optional<String> offline) {
        if (!Files.exists(target) && offline.isPresent()) {
            throw absent(offline.get() + " is set", "unset it", null);
        }
        try {
            download.alone(label(), beside(".lock"), () -> {
                if (Files.exists(target)) {
                    check();
                } else {
                    fetch();
                }
            });
            return target;
        } catch (NetworkException e) {
            throw absent(e.getMessage(), e.isRefusal() ? "check the address" : "try again later", e);
        } catch (IOException e) {
            throw new InputException(
                    target + ": cannot be written (" + Reason.of(e) + "); make room or set XDG_CACHE_HOME", e);
        }
    }

    private void check() throws IOException {
        Path kept = beside(".sha256");
        String hash = FileHash.sha256(target);
        if (!Files.exists(kept)) {
            keep(hash); // put here by hand
            return;
        }
        String expected = Files.readString(kept).strip().split("\\s", 2)[0];
        if (!hash.equals(expected)) {
            throw new InputException(target + ": is not what was downloaded: found SHA-256 " + hash + ", expected "
                    + expected + "; delete it, and it is downloaded again");
        }
    }

    private void fetch() throws IOException {
        RemoteFile file = ask();
        Path partial = beside("." + file.validator().map(FileHash::sha256).orElse("any") + ".incomplete");
        if (file.validator().isEmpty()) {
            Files.deleteIfExists(partial);
        }
        download.fetch(file, partial);
        keep(FileHash.sha256(partial));
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    }

    private RemoteFile ask() throws IOException {
        String name = target.getFileName().toString();
        try {
            return download.ask(label(), name, uri, false);
        } catch (NetworkException e) {
            if (!e.isRefusal() || FINAL_STATUSES.contains(e.status())) {
                throw e;
            }
            // some servers send files and tell nothing about them
            return new RemoteFile(label(), name, uri, false, HttpHeaders.of(Map.of(), (header, value) -> true), true);
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

    private InputException absent(String why, String remedy, Throwable cause) {
        return new InputException(
                label() + ": not on disk, and cannot be downloaded (" + why + "); " + remedy + ", or put the file into "
                        + target.getParent() + " as " + target.getFileName(),
                cause);
    }
}
