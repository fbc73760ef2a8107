package org.modernbert4j.optim;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Occurrences;
import org.modernbert4j.model.Gradient;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.Parameter;

/**
 * The sum of the gradients of the parts of a batch, which it copies; a batch of one part needs no copy. A sum of rows has the rows
 * of all parts, each once.
 */
public final class GradientSum implements AutoCloseable {
    private static final int NONE_LEFT_OUT = -1;

    private final Backend backend;
    private final int parts;
    private final Map<Parameter, Gradient> sums = new LinkedHashMap<>();

    /** The pass of a batch's only part, until the sum is closed. */
    private Network.Step only;

    /**
     * @param backend whose arrays the gradients are
     * @param parts how many there will be
     */
    public GradientSum(Backend backend, int parts) {
        this.backend = backend;
        this.parts = parts;
    }

    /** Adds the gradients of a part. Its pass is closed here, at the latest when the sum is. */
    public void add(Network.Step pass) {
        if (parts == 1) {
            only = pass;
            return;
        }
        try (pass) {
            add(pass.gradients());
        }
    }

    void add(Map<Parameter, Gradient> part) {
        part.forEach((parameter, gradient) ->
                sums.compute(parameter, (key, sum) -> sum == null ? copy(gradient) : plus(sum, gradient)));
    }

    /** The sums so far; their arrays are valid until more is added or this is closed. */
    public Map<Parameter, Gradient> gradients() {
        return only == null ? sums : only.gradients();
    }

    private Gradient copy(Gradient gradient) {
        Array values = backend.copy(gradient.values());
        return gradient instanceof Gradient.Rows rows
                ? new Gradient.Rows(rows.ids(), values, rows.entries())
                : new Gradient.Dense(values);
    }

    private Gradient plus(Gradient sum, Gradient part) {
        if (sum instanceof Gradient.Rows rows) {
            return plus(rows, (Gradient.Rows) part);
        }
        backend.add(1, part.values(), 1, sum.values());
        return sum;
    }

    private Gradient plus(Gradient.Rows sum, Gradient.Rows part) {
        if (part.ids().length == 0) {
            return sum;
        }
        int[] ids = IntStream.concat(IntStream.of(sum.ids()), IntStream.of(part.ids()))
                .toArray();
        Occurrences occurrences = Occurrences.of(ids, NONE_LEFT_OUT);
        Array values = sum.ids().length == 0
                ? backend.copy(part.values())
                : backend.addRows(sum.values(), part.values(), occurrences);
        sum.values().close();
        return new Gradient.Rows(occurrences.ids(), values, sum.entries());
    }

    @Override
    public void close() {
        sums.values().forEach(sum -> sum.values().close());
        if (only != null) {
            only.close();
        }
    }
}
