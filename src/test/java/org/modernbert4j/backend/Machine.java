package org.modernbert4j.backend;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The backends that every test machine has, opened once. */
public enum Machine {
    CPU("cpu"),
    ND4J("nd4j"),
    ND4J_COPIES("nd4j-copies");

    private static final Map<Machine, Backend> OPEN = new ConcurrentHashMap<>();

    private final String name;

    Machine(String name) {
        this.name = name;
    }

    /** The same backend in each call. */
    public Backend backend() {
        return OPEN.computeIfAbsent(this, machine -> Backends.open(machine.name));
    }
}
