package org.modernbert4j.backend;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;

/**
 * A backend that writes down what it is asked for, a letter each time: U for an upload, R for an op, W where the host waits for a result,
 * S for an optimizer step. Of equal letters in a row it writes one.
 */
public final class Recording {
    private static final Map<String, String> LETTERS =
            Map.of("upload", "U", "run", "R", "read", "W", "norm", "W", "adamW", "S");

    private final StringBuilder letters = new StringBuilder();
    private final Backend backend;

    /** Records what another backend is asked for. */
    public Recording(Backend other) {
        backend = (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, (proxy, method, arguments) -> {
                    record(LETTERS.getOrDefault(method.getName(), ""));
                    try {
                        return method.invoke(other, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void record(String letter) {
        int length = letters.length();
        if (length == 0 || !letters.substring(length - 1).equals(letter)) {
            letters.append(letter);
        }
    }

    /** The backend that is recorded. */
    public Backend backend() {
        return backend;
    }

    /** The letters since the last call. */
    public String take() {
        String taken = letters.toString();
        letters.setLength(0);
        return taken;
    }
}
