package org.modernbert4j.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.modernbert4j.model.Gradient;
import org.modernbert4j.model.ParameterId;
import org.modernbert4j.ops.kernel.EmbeddingKernel;
import org.modernbert4j.ops.kernel.Occurrences;
import org.modernbert4j.ops.kernel.Workers;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The sum of the gradients of the parts of a batch. A sum of rows has the rows of all parts, each once. */
final class GradientSum implements AutoCloseable {
    private static final int NONE_LEFT_OUT = -1;

    private final Workers workers;
    private final Map<ParameterId, Gradient> sums = new LinkedHashMap<>();

    /** @param workers who add rows together */
    GradientSum(Workers workers) {
        this.workers = workers;
    }

    /** Adds the gradients of a part, which are copied. */
    void add(Map<ParameterId, Gradient> part) {
        part.forEach(
                (id, gradient) -> sums.compute(id, (key, sum) -> sum == null ? copy(gradient) : plus(sum, gradient)));
    }

    /** The sums so far; their arrays are valid until more is added or this is closed. */
    Map<ParameterId, Gradient> gradients() {
        return sums;
    }

    private static Gradient copy(Gradient gradient) {
        return gradient instanceof Gradient.Rows rows
                ? new Gradient.Rows(rows.ids(), rows.values().dup(), rows.shape())
                : new Gradient.Dense(gradient.dense().dup());
    }

    private Gradient plus(Gradient sum, Gradient part) {
        if (sum instanceof Gradient.Rows rows) {
            return plus(rows, (Gradient.Rows) part);
        }
        sum.dense().addi(part.dense());
        return sum;
    }

    private Gradient plus(Gradient.Rows sum, Gradient.Rows part) {
        if (part.ids().length == 0) {
            return sum;
        }
        if (sum.ids().length == 0) {
            return copy(part);
        }
        int[] ids = IntStream.concat(IntStream.of(sum.ids()), IntStream.of(part.ids()))
                .toArray();
        Occurrences occurrences = Occurrences.of(ids, NONE_LEFT_OUT);
        int width = Math.toIntExact(sum.shape()[1]);
        INDArray values = Nd4j.createUninitialized(DataType.FLOAT, occurrences.ids().length, width);
        try (INDArray both = Nd4j.concat(0, sum.values(), part.values())) {
            EmbeddingKernel.rowGradients(
                    workers,
                    both.data().asNioFloat(),
                    occurrences,
                    values.data().asNioFloat(),
                    width);
        }
        sum.values().close();
        return new Gradient.Rows(occurrences.ids(), values, sum.shape());
    }

    @Override
    public void close() {
        sums.values().forEach(sum -> (sum instanceof Gradient.Rows rows ? rows.values() : sum.dense()).close());
    }
}
