package org.modernbert4j;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.backend.cuda.TestDevice;
import org.modernbert4j.model.Gradient;

/** The backends that tests run on; each is opened once. */
public final class TestBackends {
    private static final Map<String, Backend> OPEN = new ConcurrentHashMap<>();

    private TestBackends() {}

    /**
     * The names of all: the one that {@code -Dbackend} names, or all that work here. The kernels for a device run on the CPU where
     * there is none; {@code DriverOnCpuTest} says why where they do not.
     */
    public static Stream<String> names() {
        String named = System.getProperty("backend");
        return named != null
                ? Stream.of(named)
                : Stream.concat(
                        Stream.of("cpu", "nd4j", "nd4j-copies"),
                        new TestDevice().obstacle().isEmpty() ? Stream.of("cuda-test") : Stream.empty());
    }

    /** The names of those with bfloat16 products. */
    public static Stream<String> namesInBfloat16() {
        return names().filter(name -> {
            try {
                named(name).require(Precision.BFLOAT16);
                return true;
            } catch (InputException e) {
                return false;
            }
        });
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
