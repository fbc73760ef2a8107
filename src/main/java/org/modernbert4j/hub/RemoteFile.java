package org.modernbert4j.hub;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * What a server says of a file before it sends it.
 *
 * @param label what messages call it
 * @param name of the file
 * @param uri where it is asked for
 * @param isOfHub whether the server is the Hub, whose ETags are hashes
 * @param headers of its answer
 * @param isDirect whether the answer is that of the file itself, not a redirect to another host
 */
record RemoteFile(String label, String name, URI uri, boolean isOfHub, HttpHeaders headers, boolean isDirect) {
    static final int SHA256_DIGITS = 64;
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

    /** The file's bytes. */
    OptionalLong size() {
        OptionalLong linked = headers.firstValueAsLong("X-Linked-Size");
        return linked.isPresent() || !isDirect ? linked : headers.firstValueAsLong("Content-Length");
    }

    /** The ETag of the file that is linked to, or else of the answer, without quotes and the mark of a weak one. */
    Optional<String> etag() {
        return headers.firstValue("X-Linked-Etag")
                .or(() -> headers.firstValue("ETag"))
                .map(etag -> etag.replaceFirst("^W/", "").replace("\"", ""));
    }

    /** The commit that the Hub took the file from. */
    Optional<String> commit() {
        return headers.firstValue("X-Repo-Commit").filter(HubName::isCommit);
    }

    /** The hash that the file must have: SHA-256 in 64 digits, or git's in 40. */
    Optional<String> hash() {
        return etag().filter(etag -> isOfHub && HASH.matcher(etag).matches());
    }

    /**
     * The ETag that goes with each later request, so that a part of another version is never sent. Empty if files with the same
     * ETag may differ, if the hash tells, or if the file lies on another host, whose ETag is another one.
     */
    Optional<String> validator() {
        return headers.firstValue("ETag").filter(etag -> etag.startsWith("\"") && isDirect && hash().isEmpty());
    }

    /** Whether a part that is on disk is sure to be a part of this file, or its hash will tell. */
    boolean canResume() {
        return hash().isPresent() || validator().isPresent();
    }
}
