package org.modernbert4j.backend;

import org.nd4j.linalg.api.buffer.DataType;

/**
 * A dense, row-major array in the memory of a {@link Backend}. Only the backend that made it reads and writes it; {@link
 * Backend#read} and {@link Backend#write} are the way to the host.
 */
public interface Array extends AutoCloseable {
    /** The type of its elements. */
    DataType type();

    /** Its dimensions; one that is changed changes nothing here. */
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

    /** Frees its memory; for arrays of {@link Backend#allocate} and {@link Backend#upload}, at most once. */
    @Override
    void close();
}
