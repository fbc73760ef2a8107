package org.modernbert4j.backend;

import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One kind of machine: its memory, the kernels of own ops, and the arithmetic of an optimizer step. All arrays given to a backend
 * are its own. Not thread safe.
 */
public interface Backend extends AutoCloseable {
    /** Its name on the command line. */
    String name();

    /**
     * Whether it has a kernel for each own op, so that texts of any lengths can be packed. Otherwise a graph consists of ND4J's ops
     * alone, over texts padded to one length.
     */
    boolean hasKernels();

    /**
     * Checks that it can multiply in a precision.
     *
     * @throws org.modernbert4j.InputException if it cannot; the message says what it has instead
     */
    void require(Precision precision);

    // memory

    /** An array with unspecified contents, the caller's until it is closed. */
    Array allocate(DataType type, long... shape);

    /** The same filled with zeros. */
    Array zeros(DataType type, long... shape);

    /** A float32 copy of an array, the caller's until it is closed. */
    Array copy(Array array);

    /** An array with unspecified contents, in memory that {@link #give} takes back to use it again. */
    Array take(DataType type, long... shape);

    /** Takes back an array of {@link #take}, which must not be used any more. */
    void give(Array array);

    /** A vector of integers, the caller's until it is closed. */
    Array upload(int... values);

    /** A vector of seeds, the caller's until it is closed. */
    Array upload(long... values);

    /** A float32 array, the caller's until it is closed. */
    Array upload(float[] values, long... shape);

    /** The elements of a float32 array, up to the limit, to read only; valid until the array is written to or closed. */
    FloatBuffer read(Array array);

    /**
     * Gives a float32 array new contents.
     *
     * @param fill writes every element, up to the limit, into memory with unspecified contents
     */
    void write(Array array, Consumer<FloatBuffer> fill);

    /** The elements of an int32 vector of {@link #upload}, to read only. */
    int[] integers(Array array);

    /** An array of ND4J's, such as a constant of a graph, as an array of this backend. */
    Array adopt(INDArray array);

    /** An array of ND4J's over the same memory, so that SameDiff can run the graph too; empty if ND4J cannot reach it. */
    Optional<INDArray> shared(Array array);

    // ops

    /**
     * Runs an own op.
     *
     * @param in its inputs, in the op's order
     * @param out its outputs, with unspecified contents before the call
     * @throws IllegalStateException if it has no kernel for the op
     */
    void run(OpCall call, Array[] in, Array[] out);

    /**
     * Runs an op of ND4J's.
     *
     * @param op of a graph
     * @param in its inputs
     * @return its outputs, to be given back
     */
    Array[] run(DifferentialFunction op, Array[] in);

    // arithmetic between the passes, all in float32

    /** The root of the sum of the squares of all elements. */
    double norm(Array x);

    /** {@code y = a x + b y}, element by element. */
    void add(double a, Array x, double b, Array y);

    /**
     * Adds the rows of each id.
     *
     * @param first {@code [n, width]}
     * @param second {@code [m, width]}
     * @param occurrences of the ids of the first and then the second rows
     * @return {@code [distinct ids, width]}, the caller's until it is closed
     */
    Array addRows(Array first, Array second, Occurrences occurrences);

    /**
     * A table of zeros, except for some rows.
     *
     * @param rows their numbers, each once
     * @param values {@code [rows, width]}
     * @param entries rows of the table
     * @return {@code [entries, width]}, the caller's until it is closed
     */
    Array spread(int[] rows, Array values, int entries);

    /** Updates a parameter and its two moments, all of one shape, in place. */
    void adamW(Array weight, Array mean, Array meanSquare, Array gradient, AdamWStep step);

    /** AdamW by gradients of rows, for a parameter {@code [entries, width]} and its two moments. All rows are up to date. */
    AdamWTable adamWTable(Array weight, Array mean, Array meanSquare);

    /** Frees the memory that it keeps for {@link #take}. */
    void release();

    /** Does the same, frees at once what is given back later, and ends its threads. */
    @Override
    void close();
}
