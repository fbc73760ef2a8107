package org.modernbert4j.backend.nd4j;

import java.util.Optional;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.BackendProvider;

/** ND4J's ops on the CPU, whose arrays behave as if they lived on a device. */
public final class CopiesProvider implements BackendProvider {
    @Override
    public String name() {
        return "nd4j-copies";
    }

    @Override
    public int priority() {
        return -1;
    }

    @Override
    public Optional<String> obstacle() {
        return new Nd4jBackend.Provider().obstacle();
    }

    @Override
    public Backend open() {
        return new Nd4jBackend(name(), new HostMemory(true));
    }
}
