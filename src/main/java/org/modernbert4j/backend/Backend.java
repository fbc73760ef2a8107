package org.modernbert4j.backend;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One kind of machine: its memory, its kernels for own ops, and the arithmetic of an optimizer step. A backend accepts only its own
 * arrays. Not thread safe.
 */
public interface Backend extends AutoCloseable {
    /** Its name on the command line. */
    String name();

    /** What it runs on, in one line. */
    String description();

    /**
     * Whether it has a kernel for each own op, so that texts of different lengths can be packed. Otherwise graphs use only
     * ND4J's ops and texts are padded to one length.
     */
    boolean hasKernels();

    /**
     * Checks that it supports a precision for matrix products.
     *
     * @throws org.modernbert4j.InputException if not; the message says what it supports
     */
    void require(Precision precision);

    // memory

    /** An array with unspecified contents. The caller closes it. */
    Array allocate(DataType type, long... shape);

    /** An array of zeros. The caller closes it. */
    Array zeros(DataType type, long... shape);

    /** A copy of a float32 array. The caller closes it. */
    Array copy(Array array);

    /** An array with unspecified contents from pooled memory. {@link #give} returns it for reuse. */
    Array take(DataType type, long... shape);

    /** Returns an array of {@link #take} to the pool. It must not be used afterwards. */
    void give(Array array);

    /** An int32 vector. The caller closes it. */
    Array upload(int... values);

    /** An int64 vector, such as seeds. The caller closes it. */
    Array upload(long... values);

    /** A float32 array. The caller closes it. */
    Array upload(float[] values, long... shape);

    /** The elements of a float32 array, up to the buffer's limit. Read only; valid until the array is written or closed. */
    FloatBuffer read(Array array);

    /**
     * Gives a float32 array new contents.
     *
     * @param fill writes every element, up to the buffer's limit; the old contents are unspecified
     */
    void write(Array array, Consumer<FloatBuffer> fill);

    /** The elements of an int32 vector from {@link #upload}. Read only. */
    int[] integers(Array array);

    /** An array of this backend for an ND4J array, such as a constant of a graph. */
    Array adopt(INDArray array);

    /** An ND4J array over the same memory, so that SameDiff can run the graph too; empty if ND4J cannot access the memory. */
    Optional<INDArray> shared(Array array);

    // ops

    /**
     * The own ops whose kernels can round outputs that products read to bfloat16 as they write them. If there are some, a call of {@code
     * modernbert_rounding} may have any number of inputs, each with its output.
     */
    default Set<String> roundingOps() {
        return Set.of();
    }

    /**
     * Runs an own op.
     *
     * @param in its inputs, in the op's order
     * @param out its outputs, with unspecified contents before the call; for one of {@link #roundingOps}, they may be followed by as
     *     many arrays for the outputs rounded to bfloat16, and those that are not wanted are null
     * @throws IllegalStateException if the backend has no kernel for the op
     */
    void run(OpCall call, Array[] in, Array[] out);

    /**
     * Runs an ND4J op.
     *
     * @param op an op of a graph
     * @param in its inputs
     * @return its outputs; the caller returns them with {@link #give}
     */
    Array[] run(DifferentialFunction op, Array[] in);

    // arithmetic between the passes, all in float32

    /** The Euclidean norm of all elements of all arrays together. */
    double norm(List<Array> arrays);

    /** The Euclidean norm of all elements. */
    default double norm(Array x) {
        return norm(List.of(x));
    }

    /** {@code y = a x + b y}, element by element. */
    void add(double a, Array x, double b, Array y);

    /**
     * Sums the rows of each id.
     *
     * @param first {@code [n, width]}
     * @param second {@code [m, width]}
     * @param occurrences of the ids of the rows: the first matrix's, then the second's
     * @return {@code [distinct ids, width]}; the caller closes it
     */
    Array addRows(Array first, Array second, Occurrences occurrences);

    /**
     * A table with values in some rows and zeros in all others.
     *
     * @param rows numbers of the rows with values, each once
     * @param values {@code [rows, width]}
     * @param entries number of rows of the table
     * @return {@code [entries, width]}; the caller closes it
     */
    Array spread(int[] rows, Array values, int entries);

    /** Updates parameters and their moments in place. */
    void adamW(List<AdamWUpdate> updates);

    /** AdamW with row gradients, for a parameter {@code [entries, width]} and its two moments. All rows start up to date. */
    AdamWTable adamWTable(Array weight, Array mean, Array meanSquare);

    // measuring

    /** Marks the end of the work so far. The caller closes it. */
    default Moment moment() {
        return Moment.OfHost.now();
    }

    /** What it has done since it was opened, by name, such as launches of kernels; empty if it does not count. */
    default Map<String, Long> counts() {
        return Map.of();
    }

    /** What its device can do at most; empty if that is not known. */
    default Optional<PeakRates> peakRates() {
        return Optional.empty();
    }

    /** The most bytes of a device's memory that it has had at a time; empty if it has none but the host's. */
    default OptionalLong mostDeviceBytes() {
        return OptionalLong.empty();
    }

    /** Frees the pooled memory that is not in use. */
    void release();

    /** Does the same and ends the threads. Arrays that {@link #give} returns later are freed at once. */
    @Override
    void close();
}
