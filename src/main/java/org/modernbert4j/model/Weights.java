package org.modernbert4j.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.nd4j.linalg.api.buffer.DataType;

/** Arrays for the parameters of a network. */
public final class Weights {
    private Weights() {}

    /**
     * Weights as a network has them before any training.
     *
     * @param backend that gets them
     * @return an array for each parameter, in the architecture's order; the caller's
     */
    public static Map<Parameter, Array> fresh(Architecture architecture, Backend backend, long seed) {
        Map<Parameter, Array> weights = new LinkedHashMap<>();
        for (Parameter parameter : architecture.parameters()) {
            Array array = backend.allocate(DataType.FLOAT, parameter.dimensions());
            backend.write(array, memory -> parameter.initialization().fill(parameter.name(), seed, memory));
            weights.put(parameter, array);
        }
        return weights;
    }
}
