package org.modernbert4j.backend;

import org.nd4j.linalg.api.buffer.DataType;

/**
 * A dense, row-major array in the memory of a {@link Backend}. Only the backend that made it can use it; {@link
 * Backend#read} and {@link Backend#write} give the host access.
 */
public interface Array extends AutoCloseable {
    /** The type of its elements. */
    DataType type();

    /** A copy of its dimensions. */
    long[] shape();

    /** How many elements it has. */
    default long length() {
        long length = 1;
        for (long dimension : shape()) {
            length *= dimension;
        }
        return length;
    }

    /** Rows of a matrix, or elements of a vector. */
    default int rows() {
        return Math.toIntExact(shape()[0]);
    }

    /** Columns of a matrix. */
    default int columns() {
        return Math.toIntExact(shape()[1]);
    }

    /**
     * Frees its memory, or returns it for reuse. Call it at most once, and only for arrays that the caller closes, as from {@link
     * Backend#allocate}; those of {@link Backend#take} go back by {@link Backend#give}.
     */
    @Override
    void close();
}
