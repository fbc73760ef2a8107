package org.modernbert4j.hub;

import java.net.URI;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a server says of a file before it sends it.
 *
 * @param label what messages call it
 * @param name of the file
 * @param uri where it is asked for
 * @param size its bytes
 * @param checksum its hash
 * @param validator ETag that goes with each later request, so that a part of another version is never sent; empty where the
 *     hash tells
 */
record RemoteFile(
        String label,
        String name,
        URI uri,
        OptionalLong size,
        Optional<Checksum> checksum,
        Optional<String> validator) {
    /** Whether a part that is on disk is sure to be a part of this file, or its hash will tell. */
    boolean canGoOn() {
        return checksum.isPresent() || validator.isPresent();
    }
}
