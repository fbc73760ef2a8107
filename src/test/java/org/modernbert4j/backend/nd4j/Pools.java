package org.modernbert4j.backend.nd4j;

import org.modernbert4j.backend.Backend;

/** A look at a backend's pool. */
public final class Pools {
    private Pools() {}

    /** How many buffers wait for use. */
    public static int size(Backend backend) {
        return ((NdBackend) backend).pool.size();
    }
}
