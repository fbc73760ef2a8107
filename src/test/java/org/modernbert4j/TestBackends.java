package org.modernbert4j;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.model.Gradient;

/** The backends that tests run on; each is opened once. */
public final class TestBackends {
    private static final Map<String, Backend> OPEN = new ConcurrentHashMap<>();

    private TestBackends() {}

    /** The names of all: the one that {@code -Dbackend} names, or all that work on a machine without a GPU. */
    public static Stream<String> names() {
        String named = System.getProperty("backend");
        return named == null ? Stream.of("cpu", "nd4j", "nd4j-copies") : Stream.of(named);
    }

    /** A backend by its name. */
    public static Backend named(String name) {
        return OPEN.computeIfAbsent(name, Backends::open);
    }

    /** The one with kernels of own ops. */
    public static Backend cpu() {
        return named("cpu");
    }

    /** All elements of a float32 array. */
    public static float[] floats(Backend backend, Array array) {
        float[] values = new float[Math.toIntExact(array.length())];
        if (values.length > 0) {
            backend.read(array).get(0, values);
        }
        return values;
    }

    /** All elements of a gradient in its parameter's shape. */
    public static float[] dense(Backend backend, Gradient gradient) {
        if (gradient instanceof Gradient.Rows rows) {
            try (Array table = backend.spread(rows.ids(), rows.values(), rows.entries())) {
                return floats(backend, table);
            }
        }
        return floats(backend, gradient.values());
    }
}
