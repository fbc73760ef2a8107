package org.modernbert4j.backend.nd4j;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.nd4j.linalg.factory.Nd4jBackend;

/**
 * A class loader through which ND4J sees no backend but its own for the CPU. It has no other setting for that: its CUDA build, where it
 * is on the class path, is always tried first, and prints a stack trace if it does not work.
 */
final class CpuOnly extends ClassLoader {
    private static final String SERVICE = "META-INF/services/" + Nd4jBackend.class.getName();

    CpuOnly(ClassLoader parent) {
        super(parent);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        return name.equals(SERVICE)
                ? Collections.enumeration(List.of(CpuOnly.class.getResource("cpu-only")))
                : super.getResources(name);
    }
}
