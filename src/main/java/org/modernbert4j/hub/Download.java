package org.modernbert4j.hub;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.modernbert4j.InputException;

/** Brings one file onto the disk: goes on where an earlier try ended, and checks what has come. */
final class Download {
    private static final int PARTIAL_CONTENT = 206;
    private static final int BUFFER = 1 << 16;

    private final Requests requests;
    private final RetryPolicy policy;
    private final DownloadListener listener;
    private final Disk disk;

    Download(Requests requests, RetryPolicy policy, DownloadListener listener, Disk disk) {
        this.requests = requests;
        this.policy = policy;
        this.listener = listener;
        this.disk = disk;
    }

    /** A write to the disk failed; what the network does is no part of it. */
    private static final class DiskFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        DiskFailure(IOException cause) {
            super(cause);
        }
    }

    /**
     * Downloads a file until it is whole, right and on the disk.
     *
     * @param file what is wanted
     * @param partial where it is written; what is there already is taken for its beginning. It stays there if the connection or
     *     the disk fails.
     * @throws HttpRefusal if the server will not send it
     * @throws InputException if the connection breaks too often, the disk is full, or the bytes are wrong twice
     */
    void fetch(RemoteFile file, Path partial) throws HttpRefusal {
        try {
            transfer(file, partial);
            Optional<String> wrong = fault(file, partial);
            if (wrong.isPresent()) {
                listener.note(file.label() + ": " + wrong.get() + "; downloading it again");
                Files.delete(partial);
                transfer(file, partial);
                wrong = fault(file, partial);
            }
            if (wrong.isPresent()) {
                Files.delete(partial);
                throw new InputException(file.label() + ": " + wrong.get()
                        + ", twice; try again later, or see what stands between here and the server");
            }
            try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        } catch (DiskFailure | IOException e) {
            if (e instanceof HttpRefusal refusal) {
                throw refusal;
            }
            Throwable cause = e instanceof DiskFailure ? e.getCause() : e;
            throw new InputException(
                    partial + ": cannot be written (" + cause.getMessage() + ") after " + sizeOf(partial)
                            + (file.size().isPresent() ? " of " + file.size().getAsLong() : "")
                            + " bytes; make room and give the same command again, it goes on from there",
                    e);
        }
    }

    private static Optional<String> fault(RemoteFile file, Path partial) throws IOException {
        long size = Files.size(partial);
        if (file.size().isPresent() && size != file.size().getAsLong()) {
            return Optional.of(size + " bytes came, wanted " + file.size().getAsLong());
        }
        if (file.checksum().isEmpty()) {
            return Optional.empty();
        }
        Checksum wanted = file.checksum().get();
        String found = wanted.kind().of(partial);
        return found.equals(wanted.hex())
                ? Optional.empty()
                : Optional.of("wrong bytes came, their hash is " + found + ", wanted " + wanted.hex());
    }

    /** Until all bytes are there, or more than all. */
    private void transfer(RemoteFile file, Path partial) throws IOException {
        Tries tries = new Tries(file.label(), policy, listener);
        long most = sizeOf(partial);
        while (true) {
            try {
                copy(file, partial);
                if (file.size().isEmpty() || sizeOf(partial) >= file.size().getAsLong()) {
                    return;
                }
                throw new EOFException("the connection ended early");
            } catch (IOException e) {
                long have = sizeOf(partial);
                if (have > most) {
                    most = have;
                    tries.begin();
                }
                if (e instanceof HttpRefusal refusal && refusal.status() == HttpRefusal.RANGE_NOT_SATISFIABLE) {
                    empty(partial);
                }
                if (!tries.again(e)) {
                    if (e instanceof HttpRefusal refusal && !refusal.passes()) {
                        throw refusal;
                    }
                    throw broken(file, have, e);
                }
            }
        }
    }

    private static InputException broken(RemoteFile file, long have, IOException e) {
        String of = file.size().isPresent() ? " of " + file.size().getAsLong() : "";
        String then = file.canGoOn() ? ", it goes on from there" : "";
        return new InputException(
                file.label() + ": broke off after " + have + of + " bytes (" + Tries.why(e)
                        + "); give the same command again" + then,
                e);
    }

    /** One request, and as much as it gives. */
    private void copy(RemoteFile file, Path partial) throws IOException {
        if (!file.canGoOn()
                || (file.size().isPresent() && sizeOf(partial) > file.size().getAsLong())) {
            empty(partial);
        }
        long have = sizeOf(partial);
        if (have > 0 && file.size().isPresent() && have == file.size().getAsLong()) {
            return;
        }
        HttpResponse<InputStream> answer =
                requests.send("GET", file.uri(), headers(file, have), Requests.Follow.EVERYWHERE);
        try (TimedBody body = new TimedBody(answer.body(), policy.silence())) {
            if (have > 0 && answer.statusCode() != PARTIAL_CONTENT) {
                empty(partial); // a server may send all of the file whatever is asked for
            } else if (have > 0 && !startsAt(have, answer)) {
                empty(partial);
                throw new EOFException("another part than asked for came");
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

    private void append(RemoteFile file, TimedBody body, Path partial) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long total = file.size().orElse(0);
        long have = sizeOf(partial);
        try (Sink sink = new Sink(partial)) {
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                sink.write(buffer, n);
                have += n;
                listener.progress(file.name(), have, total);
                if (file.size().isPresent() && have > total) {
                    return;
                }
            }
        }
    }

    /** The partial file, open; its failures are not the network's. */
    private final class Sink implements AutoCloseable {
        private final OutputStream out;

        Sink(Path file) {
            try {
                out = disk.append(file);
            } catch (IOException e) {
                throw new DiskFailure(e);
            }
        }

        void write(byte[] bytes, int count) {
            try {
                out.write(bytes, 0, count);
            } catch (IOException e) {
                throw new DiskFailure(e);
            }
        }

        @Override
        public void close() {
            try {
                out.close();
            } catch (IOException e) {
                throw new DiskFailure(e);
            }
        }
    }

    private static long sizeOf(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw new DiskFailure(e);
        }
    }

    private static void empty(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new DiskFailure(e);
        }
    }
}
