package org.modernbert4j.hub;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A Hub on this machine, and another host that its large files lie on. Both do what they are told to do wrong.
 *
 * <p>Paths are those of the Hub, and {@code /large/...} on the other host.
 */
public final class FakeHub implements AutoCloseable {
    /** Where the branch {@code main} of every repository is. */
    public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    private static final long READING_MILLIS = 200;
    private static final int FOUND = 302;
    private static final int TEMPORARY = 307;

    private final HttpServer hub;
    private final HttpServer store;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Stored> files = new ConcurrentHashMap<>();
    private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();

    /** A file, small ones as git has them. */
    private record Stored(byte[] bytes, boolean large) {}

    /**
     * A request that came.
     *
     * @param request method and path
     * @param range of bytes, null for all
     * @param authorization null for none
     * @param large whether it came to the other host
     */
    public record Call(String request, String range, String authorization, boolean large) {}

    /** What is done once instead of the right thing. */
    @FunctionalInterface
    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    /** Starts both hosts. */
    public FakeHub() throws IOException {
        hub = start();
        store = start();
    }

    private HttpServer start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                answer(exchange, server);
            }
        });
        server.start();
        return server;
    }

    /** Address of the Hub. */
    public URI endpoint() {
        return address(hub);
    }

    private static URI address(HttpServer server) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Puts a small file into a repository, for the branch main and its commit. */
    public FakeHub with(String repository, String file, byte[] bytes) {
        return with(repository, file, new Stored(bytes, false));
    }

    /** Puts a file into a repository that lies on the other host. */
    public FakeHub withLarge(String repository, String file, byte[] bytes) {
        return with(repository, file, new Stored(bytes, true));
    }

    private FakeHub with(String repository, String file, Stored stored) {
        for (String revision : List.of("main", COMMIT)) {
            files.put(path(repository, revision, file), stored);
        }
        return this;
    }

    /** Puts a file at a path of its own. */
    public FakeHub with(String path, byte[] bytes) {
        files.put(path, new Stored(bytes, false));
        return this;
    }

    static String path(String repository, String revision, String file) {
        return "/" + repository + "/resolve/" + revision + "/" + file;
    }

    /** Path of a file at the commit. */
    static String path(String repository, String file) {
        return path(repository, COMMIT, file);
    }

    /** Has the next requests of a kind answered otherwise; each of the answers is given once. */
    FakeHub next(String request, Answer... wrong) {
        answers.computeIfAbsent(request, key -> new ArrayDeque<>()).addAll(Arrays.asList(wrong));
        return this;
    }

    /** The requests that have come. */
    public List<Call> calls() {
        return List.copyOf(calls);
    }

    /** The requests for content. */
    List<Call> downloads() {
        return calls.stream()
                .filter(call -> call.request.startsWith("GET"))
                .filter(call -> call.large || !isLarge(call.request.substring("GET ".length())))
                .toList();
    }

    private boolean isLarge(String path) {
        return files.containsKey(path) && files.get(path).large;
    }

    void forgetCalls() {
        calls.clear();
    }

    /** Answers with a status and nothing else, and these headers, as pairs of name and value. */
    static Answer status(int status, String... headers) {
        return exchange -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(status, -1);
        };
    }

    /**
     * Answers with the first bytes of the file, or of the range that is asked for, and ends the connection. Java's client may
     * lose the last ones, so they get some time to be read.
     */
    Answer cutAfter(int count) {
        return silentAfter(count, READING_MILLIS);
    }

    /** Answers with the first bytes, and then with nothing more for a while. */
    Answer silentAfter(int count, long millis) {
        return exchange -> {
            send(exchange, asked(exchange), count, false);
            sleep(millis);
        };
    }

    /** Answers rightly but one byte at a time. */
    Answer slowly(long millis) {
        return exchange -> {
            byte[] bytes = asked(exchange);
            exchange.sendResponseHeaders(200, bytes.length);
            for (byte one : bytes) {
                exchange.getResponseBody().write(one);
                exchange.getResponseBody().flush();
                sleep(millis);
            }
        };
    }

    /** Answers with other bytes. */
    static Answer content(byte[] bytes) {
        return exchange -> {
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        };
    }

    /** Answers with the whole file whatever is asked for. */
    Answer whole() {
        return exchange -> content(asked(exchange)).to(exchange);
    }

    private byte[] asked(HttpExchange exchange) {
        return files.get(fileOf(exchange)).bytes;
    }

    private static String fileOf(HttpExchange exchange) {
        return exchange.getRequestURI().getPath().replaceFirst("^/large/", "/");
    }

    private void answer(HttpExchange exchange, HttpServer server) throws IOException {
        boolean large = server == store;
        String request =
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        calls.add(new Call(request, header(exchange, "Range"), header(exchange, "Authorization"), large));
        Optional<Answer> wrong = Optional.ofNullable(answers.get(request)).map(Deque::poll);
        Stored file = files.get(fileOf(exchange));
        if (wrong.isPresent()) {
            wrong.get().to(exchange);
        } else if (file == null) {
            exchange.sendResponseHeaders(404, -1);
        } else if (!large && file.large) {
            describe(exchange, "X-Linked-Etag", sha256(file.bytes));
            exchange.getResponseHeaders().set("X-Linked-Size", Integer.toString(file.bytes.length));
            redirect(exchange, FOUND, address(store) + "/large" + exchange.getRequestURI());
        } else {
            describe(exchange, "ETag", large ? "other" : gitHash(file.bytes));
            send(exchange, file.bytes, Integer.MAX_VALUE, true);
        }
    }

    private static String header(HttpExchange exchange, String name) {
        return exchange.getRequestHeaders().getFirst(name);
    }

    private static void describe(HttpExchange exchange, String name, String etag) {
        exchange.getResponseHeaders().set(name, "\"" + etag + "\"");
        exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
    }

    /** Redirects to a path of the same host. */
    static Answer moved(String path) {
        return exchange -> redirect(exchange, TEMPORARY, path);
    }

    private static void redirect(HttpExchange exchange, int status, String location) throws IOException {
        exchange.getResponseHeaders().set("Location", location);
        exchange.sendResponseHeaders(status, -1);
    }

    /** Sends the range that is asked for, or its first bytes. */
    private static void send(HttpExchange exchange, byte[] bytes, int most, boolean heed) throws IOException {
        String range = header(exchange, "Range");
        String condition = header(exchange, "If-Range");
        boolean same = condition == null
                || condition.equals(exchange.getResponseHeaders().getFirst("ETag"));
        int from = range == null || (heed && !same) ? 0 : Integer.parseInt(range.replaceAll("[^0-9]", ""));
        if (from > 0) {
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-/" + bytes.length);
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(bytes.length));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, bytes.length - from);
        OutputStream body = exchange.getResponseBody();
        body.write(bytes, from, Math.min(most, bytes.length - from));
        body.flush();
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(digest("SHA-256").digest(bytes));
    }

    /** What git calls the content. */
    static String gitHash(byte[] bytes) {
        MessageDigest sha1 = digest("SHA-1");
        sha1.update(("blob " + bytes.length + "\0").getBytes(US_ASCII));
        return HexFormat.of().formatHex(sha1.digest(bytes));
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    /** From now on nobody answers. */
    @Override
    public void close() {
        hub.stop(0);
        store.stop(0);
        threads.shutdownNow();
    }
}
