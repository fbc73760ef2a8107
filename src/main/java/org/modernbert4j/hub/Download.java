package org.modernbert4j.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.modernbert4j.FileHash;
import org.modernbert4j.InputException;
import org.modernbert4j.ProcessLock;
import org.modernbert4j.Reason;

/**
 * Brings single files onto the disk: goes on where an earlier try ended, and checks what has come.
 *
 * @param requests sends the requests
 * @param policy how often it is tried
 * @param listener told what happens
 * @param disk written to
 */
record Download(Requests requests, RetryPolicy policy, DownloadListener listener, Disk disk) {
    private static final int PARTIAL_CONTENT = 206;
    private static final Duration INTERVAL = Duration.ofMillis(50);
    private static final int BUFFER = 1 << 16;

    /**
     * Asks for a file without its content.
     *
     * @param label what messages call it
     * @param isOfHub whether the Hub is asked, which redirects to the host of a large file after it has told of it
     * @throws NetworkException if there is no connection, or after several tries no answer that tells of the file
     */
    RemoteFile ask(String label, String name, URI uri, boolean isOfHub) throws IOException {
        RetryPolicy.Tries tries = policy.newTries(label, listener);
        while (true) {
            try {
                HttpResponse<InputStream> answer = requests.send("HEAD", uri, Map.of(), isOfHub);
                answer.body().close();
                boolean isDirect = answer.statusCode() < Requests.REDIRECTS;
                return new RemoteFile(label, name, uri, isOfHub, answer.headers(), isDirect);
            } catch (NetworkException e) {
                if (e.kind() == NetworkException.Kind.UNCONNECTED) {
                    throw e;
                }
                tries.waitAfter(e);
            }
        }
    }

    /** What is done while nobody else does it. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    /**
     * Works while no other process or thread works on the same file; waits for those that do.
     *
     * @param label what messages call the file
     * @param file stands for the lock; it and its folders are made, and it stays
     * @throws InputException if the file cannot be made
     */
    void alone(String label, Path file, Work work) throws IOException {
        Optional<ProcessLock> lock = tryOpen(file);
        if (lock.isEmpty()) {
            listener.note(label + ": waiting for another process that downloads it");
        }
        while (lock.isEmpty()) {
            RetryPolicy.sleep(INTERVAL);
            lock = tryOpen(file);
        }
        try (ProcessLock held = lock.get()) {
            if (!held.works()) {
                listener.note(label + ": its disk has no locks; let no other process download it now");
            }
            work.run();
        }
    }

    private static Optional<ProcessLock> tryOpen(Path file) {
        try {
            Files.createDirectories(file.getParent());
            return ProcessLock.tryOpen(file);
        } catch (IOException e) {
            throw new InputException(
                    file + ": cannot be made (" + Reason.of(e) + "); check that its folder can be written to", e);
        }
    }

    /**
     * Downloads a file until it is whole, right and on the disk.
     *
     * @param partial where it is written; what is there already is taken for its beginning. It stays there if the connection or
     *     the disk fails.
     * @throws NetworkException if the server will not send it
     * @throws InputException if the connection breaks too often, the disk is full, or the bytes are wrong twice
     */
    void fetch(RemoteFile file, Path partial) throws NetworkException {
        try {
            Optional<String> fault = transfer(file, partial);
            if (fault.isPresent()) {
                listener.note(file.label() + ": " + fault.get() + "; downloading it again");
                fault = transfer(file, partial);
            }
            if (fault.isPresent()) {
                throw new InputException(file.label() + ": " + fault.get()
                        + ", twice; try again later, or check for a proxy that changes downloads");
            }
            try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        } catch (NetworkException e) {
            if (e.isRefusal()) {
                throw e;
            }
            throw new InputException(
                    file.label() + ": broke off after " + sizeOf(partial) + ofAll(file) + " bytes (" + e.getMessage()
                            + "); give the same command again" + (file.canResume() ? ", it goes on from there" : ""),
                    e);
        } catch (IOException e) {
            throw new InputException(
                    partial + ": cannot be written (" + Reason.of(e) + ") after " + sizeOf(partial) + ofAll(file)
                            + " bytes; make room and give the same command again, it goes on from there",
                    e);
        }
    }

    private static String ofAll(RemoteFile file) {
        return file.size().isPresent() ? " of " + file.size().getAsLong() : "";
    }

    /** Downloads until all bytes are there, or more than all. What is wrong with them, if anything is; they are deleted then. */
    private Optional<String> transfer(RemoteFile file, Path partial) throws IOException {
        RetryPolicy.Tries tries = policy.newTries(file.label(), listener);
        long most = sizeOf(partial);
        boolean isWhole = false;
        while (!isWhole) {
            try {
                copy(file, partial);
                if (sizeOf(partial) < file.size().orElse(0)) {
                    throw broken("the connection ended early");
                }
                isWhole = true;
            } catch (NetworkException e) {
                if (sizeOf(partial) > most) {
                    most = sizeOf(partial);
                    tries.reset();
                }
                if (e.status() == NetworkException.RANGE_NOT_SATISFIABLE) {
                    Files.deleteIfExists(partial);
                }
                tries.waitAfter(e);
            }
        }
        Optional<String> fault = fault(file, partial);
        if (fault.isPresent()) {
            Files.delete(partial);
        }
        return fault;
    }

    private static Optional<String> fault(RemoteFile file, Path partial) {
        long size = sizeOf(partial);
        if (size != file.size().orElse(size)) {
            return Optional.of(
                    "found " + size + " bytes, expected " + file.size().getAsLong());
        }
        if (file.hash().isEmpty()) {
            return Optional.empty();
        }
        String expected = file.hash().get();
        String found = expected.length() == RemoteFile.SHA256_DIGITS ? FileHash.sha256(partial) : FileHash.git(partial);
        return found.equals(expected)
                ? Optional.empty()
                : Optional.of("found wrong bytes with hash " + found + ", expected " + expected);
    }

    /** One request, and as much as it gives. */
    private void copy(RemoteFile file, Path partial) throws IOException {
        if (!file.canResume() || sizeOf(partial) > file.size().orElse(Long.MAX_VALUE)) {
            Files.deleteIfExists(partial);
        }
        long have = sizeOf(partial);
        if (have > 0 && have == file.size().orElse(-1)) {
            return;
        }
        HttpResponse<InputStream> answer = requests.send("GET", file.uri(), headers(file, have), false);
        try (InputStream body = answer.body()) {
            if (have > 0 && answer.statusCode() != PARTIAL_CONTENT) {
                Files.deleteIfExists(partial); // a server may send all of the file whatever is asked for
            } else if (have > 0 && !startsAt(have, answer)) {
                Files.deleteIfExists(partial);
                throw broken("another part than asked for came");
            }
            append(file, body, partial);
        }
    }

    private static Map<String, String> headers(RemoteFile file, long have) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (have > 0) {
            headers.put("Range", "bytes=" + have + "-");
            file.validator().ifPresent(etag -> headers.put("If-Range", etag));
        }
        return headers;
    }

    private static boolean startsAt(long have, HttpResponse<?> answer) {
        return answer.headers().firstValue("Content-Range").orElse("").startsWith("bytes " + have + "-");
    }

    private void append(RemoteFile file, InputStream body, Path partial) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long have = sizeOf(partial);
        try (OutputStream out = disk.append(partial)) {
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                out.write(buffer, 0, n);
                have += n;
                listener.progress(file.name(), have, file.size().orElse(0));
                if (have > file.size().orElse(Long.MAX_VALUE)) {
                    return;
                }
            }
        }
    }

    private static NetworkException broken(String why) {
        return new NetworkException(NetworkException.Kind.BROKEN, why, null);
    }

    /** The bytes that are on disk, 0 if there is no such file. */
    private static long sizeOf(Path file) {
        return file.toFile().length();
    }
}
