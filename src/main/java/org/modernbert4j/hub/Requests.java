package org.modernbert4j.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/** Sends requests. The token goes to the Hub's endpoint alone, wherever a request is redirected to. */
final class Requests {
    private static final int MOST_REDIRECTS = 10;
    private static final int REDIRECTS = 300;
    private static final int ERRORS = 400;
    private static final int NOT_MODIFIED = 304;
    private static final Duration CONNECTING = Duration.ofSeconds(10);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECTING)
            .build();
    private final HubSettings settings;
    private final RetryPolicy policy;

    Requests(HubSettings settings, RetryPolicy policy) {
        this.settings = settings;
        this.policy = policy;
    }

    /** Which redirects are followed. */
    enum Follow {
        /** Those to the same host: the answer is that host's, be it a redirect to another. */
        SAME_HOST,
        /** All. */
        EVERYWHERE
    }

    /**
     * Sends one request.
     *
     * @return an answer whose body has to be closed
     * @throws HttpRefusal if the status is an error
     * @throws ProtocolException if the redirects make no sense
     */
    HttpResponse<InputStream> send(String method, URI uri, Map<String, String> headers, Follow follow)
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
                throw new HttpRefusal(answer);
            }
            URI target = target(answer);
            if (follow == Follow.SAME_HOST && !WebAddress.sameOrigin(next, target)) {
                return answer;
            }
            next = target;
        }
        throw new ProtocolException("more than " + MOST_REDIRECTS + " redirects");
    }

    private HttpResponse<InputStream> once(String method, URI uri, Map<String, String> headers) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(policy.silence())
                .header("User-Agent", "modernbert4j")
                .header("Accept-Encoding", "identity");
        headers.forEach(request::header);
        if (WebAddress.sameOrigin(uri, settings.endpoint())) {
            settings.token().ifPresent(token -> request.header("Authorization", token.authorization()));
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            throw RetryPolicy.interrupted(e);
        }
    }

    private static URI target(HttpResponse<?> answer) throws ProtocolException {
        String location = answer.headers().firstValue("Location").orElse("");
        try {
            URI target = answer.uri().resolve(new URI(location));
            if (location.isEmpty() || !WebAddress.isOne(target)) {
                throw new ProtocolException("a redirect to no web address");
            }
            if (WebAddress.isSecure(answer.uri()) && !WebAddress.isSecure(target)) {
                throw new ProtocolException("a redirect from https to http");
            }
            return target;
        } catch (URISyntaxException e) {
            throw (ProtocolException) new ProtocolException("a redirect to no web address").initCause(e);
        }
    }
}
