package org.modernbert4j.hub;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends requests. The token goes to the Hub's endpoint alone, wherever a request is redirected to. */
final class Requests {
    private static final int MOST_REDIRECTS = 10;
    static final int REDIRECTS = 300;
    private static final int ERRORS = 400;
    private static final int NOT_MODIFIED = 304;
    private static final Duration CONNECTING = Duration.ofSeconds(10);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECTING)
            .build();
    private final HubSettings settings;
    private final Duration silence;

    /** @param silence after which a connection counts as broken, where the settings have no timeout */
    Requests(HubSettings settings, Duration silence) {
        this.settings = settings;
        this.silence = silence;
    }

    /**
     * Sends one request.
     *
     * @param staysOnHost whether a redirect to another host is an answer; else all redirects are followed
     * @return an answer whose body has to be closed; reading it throws {@link NetworkException}
     * @throws NetworkException if there is no answer, its status is an error, or a redirect leads nowhere
     */
    HttpResponse<InputStream> send(String method, URI uri, Map<String, String> headers, boolean staysOnHost)
            throws IOException {
        URI next = uri;
        for (int i = 0; i <= MOST_REDIRECTS; i++) {
            HttpResponse<InputStream> answer = once(method, next, headers);
            int status = answer.statusCode();
            if (status < REDIRECTS) {
                return answer;
            }
            answer.body().close();
            if (status >= ERRORS || status == NOT_MODIFIED) {
                throw new NetworkException(answer);
            }
            URI target = target(answer);
            if (staysOnHost && !WebAddress.sameOrigin(next, target)) {
                return answer;
            }
            next = target;
        }
        throw badRedirect("more than " + MOST_REDIRECTS + " redirects", null);
    }

    private HttpResponse<InputStream> once(String method, URI uri, Map<String, String> headers)
            throws NetworkException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(silence(method))
                .header("User-Agent", "modernbert4j")
                .header("Accept-Encoding", "identity");
        headers.forEach(request::header);
        if (WebAddress.sameOrigin(uri, settings.endpoint())) {
            settings.token().ifPresent(token -> request.header("Authorization", token.authorization()));
        }
        try {
            return client.send(
                    request.build(),
                    answer -> HttpResponse.BodySubscribers.mapping(
                            HttpResponse.BodySubscribers.ofInputStream(),
                            body -> new TimedBody(body, silence(method))));
        } catch (ConnectException | HttpConnectTimeoutException e) {
            String server = WebAddress.shown(uri.resolve("/"));
            throw new NetworkException(NetworkException.Kind.UNCONNECTED, "no connection to " + server, e);
        } catch (IOException e) {
            throw NetworkException.broken(e);
        } catch (InterruptedException e) {
            throw RetryPolicy.interrupted(e);
        }
    }

    private Duration silence(String method) {
        HubSettings.Timeouts timeouts = settings.timeouts();
        return (method.equals("HEAD") ? timeouts.asking() : timeouts.downloading()).orElse(silence);
    }

    private static URI target(HttpResponse<?> answer) throws NetworkException {
        String location = answer.headers().firstValue("Location").orElse("");
        try {
            URI target = answer.uri().resolve(new URI(location));
            if (location.isEmpty() || !WebAddress.isOne(target)) {
                throw badRedirect("a redirect to no web address", null);
            }
            if (WebAddress.isSecure(answer.uri()) && !WebAddress.isSecure(target)) {
                throw badRedirect("a redirect from https to http", null);
            }
            return target;
        } catch (URISyntaxException e) {
            throw badRedirect("a redirect to no web address", e);
        }
    }

    private static NetworkException badRedirect(String why, Throwable cause) {
        return new NetworkException(NetworkException.Kind.BAD_REDIRECT, why, cause);
    }

    /** A body that may come slowly, but not stand still: Java's client would wait for ever. */
    static final class TimedBody extends FilterInputStream {
        private final ExecutorService reader = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "download");
            thread.setDaemon(true);
            return thread;
        });
        private final Duration silence;

        TimedBody(InputStream body, Duration silence) {
            super(body);
            this.silence = silence;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws NetworkException {
            Future<Integer> read = reader.submit(() -> in.read(into, offset, length));
            try {
                return read.get(silence.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                throw NetworkException.broken(new HttpTimeoutException("nothing came any more"));
            } catch (ExecutionException e) {
                throw NetworkException.broken(e.getCause() instanceof IOException io ? io : new IOException(e));
            } catch (InterruptedException e) {
                throw RetryPolicy.interrupted(e);
            }
        }

        @Override
        public void close() throws NetworkException {
            try {
                in.close(); // a read that waits ends with it
            } catch (IOException e) {
                throw NetworkException.broken(e);
            } finally {
                reader.shutdown();
            }
        }
    }
}
