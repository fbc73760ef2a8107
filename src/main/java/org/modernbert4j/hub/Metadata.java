package org.modernbert4j.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a server says of a file when it is asked for no more than that.
 *
 * @param headers of its answer
 * @param isFile whether the answer is that of the file itself, and no redirect to another host
 */
record Metadata(HttpHeaders headers, boolean isFile) {
    private static final int REDIRECTS = 300;

    /**
     * Asks, more than once if it is worth while.
     *
     * @throws HttpRefusal if the answer is an error that stays
     * @throws UnreachableException if there is no answer, or one that is for now only
     */
    static Metadata ask(
            String label,
            URI uri,
            Requests.Follow follow,
            Requests requests,
            RetryPolicy policy,
            DownloadListener listener)
            throws HttpRefusal, UnreachableException {
        Tries tries = new Tries(label, policy, listener);
        while (true) {
            try {
                HttpResponse<InputStream> answer = requests.send("HEAD", uri, Map.of(), follow);
                answer.body().close();
                return new Metadata(answer.headers(), answer.statusCode() < REDIRECTS);
            } catch (ConnectException | HttpConnectTimeoutException e) {
                throw new UnreachableException(Tries.why(e) + " to " + WebAddress.shown(uri.resolve("/")), e);
            } catch (IOException e) {
                if (tries.again(e)) {
                    continue;
                }
                if (e instanceof HttpRefusal refusal && !refusal.passes()) {
                    throw refusal;
                }
                throw new UnreachableException(Tries.why(e), e);
            }
        }
    }

    /** The ETag of the file that is linked to, or else of the answer, without what is around it. */
    Optional<String> etag() {
        return headers.firstValue("X-Linked-Etag")
                .or(() -> headers.firstValue("ETag"))
                .map(etag -> etag.replaceFirst("^W/", "").replace("\"", ""));
    }

    /** The ETag as it may be given back to the server; empty if files with the same one may differ. */
    Optional<String> validator() {
        return headers.firstValue("ETag").filter(etag -> etag.startsWith("\""));
    }

    Optional<String> commit() {
        return headers.firstValue("X-Repo-Commit");
    }

    /** The file's bytes. */
    OptionalLong size() {
        OptionalLong linked = headers.firstValueAsLong("X-Linked-Size");
        return linked.isPresent() || !isFile ? linked : headers.firstValueAsLong("Content-Length");
    }
}
