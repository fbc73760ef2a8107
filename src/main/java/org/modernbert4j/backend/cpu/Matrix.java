package org.modernbert4j.backend.cpu;

import java.nio.Buffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Objects;
import org.modernbert4j.backend.nd4j.NdArray;

/**
 * A view of a matrix in a buffer. Views of one buffer share its elements; making one copies nothing.
 *
 * @param <B> type of the memory: {@link FloatBuffer} for float32, {@link ShortBuffer} for bfloat16
 */
final class Matrix<B extends Buffer> {
    final B buffer;
    /** Index of element (0, 0) in the buffer. */
    final int start;

    final int rows;
    final int columns;
    /** Distance between neighbouring rows, or between neighbouring columns of a column-major matrix, in elements. */
    final int stride;
    /** Whether the elements of a column are adjacent, and not those of a row. */
    final boolean columnMajor;

    private Matrix(B buffer, int start, int rows, int columns, int stride, boolean columnMajor) {
        this.buffer = buffer;
        this.start = start;
        this.rows = rows;
        this.columns = columns;
        this.stride = stride;
        this.columnMajor = columnMajor;
    }

    /**
     * The dense row-major matrix at the start of a buffer.
     *
     * @throws IndexOutOfBoundsException if the buffer is too short
     */
    static <B extends Buffer> Matrix<B> of(B buffer, int rows, int columns) {
        if (rows < 0 || columns < 0 || (long) rows * columns > buffer.limit()) {
            throw new IndexOutOfBoundsException(
                    "[" + rows + ", " + columns + "] does not fit into " + buffer.limit() + " elements");
        }
        return new Matrix<>(buffer, 0, rows, columns, columns, false);
    }

    /** The elements of a float32 array {@code [rows, columns]}. */
    static Matrix<FloatBuffer> of(NdArray array) {
        return of(array.floats(), array.rows(), array.columns());
    }

    /** The elements of a bfloat16 array {@code [rows, columns]}. */
    static Matrix<ShortBuffer> ofBfloat16(NdArray array) {
        return of(array.bfloats(), array.rows(), array.columns());
    }

    /** This matrix with rows and columns exchanged. */
    Matrix<B> transposed() {
        return new Matrix<>(buffer, start, columns, rows, stride, !columnMajor);
    }

    /**
     * Some of the rows.
     *
     * @param from first row
     * @param to row after the last
     * @throws IndexOutOfBoundsException if there are no such rows
     */
    Matrix<B> rows(int from, int to) {
        Objects.checkFromToIndex(from, to, rows);
        return new Matrix<>(buffer, index(from, 0), to - from, columns, stride, columnMajor);
    }

    /** Some of the columns, like {@link #rows(int, int)}. */
    Matrix<B> columns(int from, int to) {
        Objects.checkFromToIndex(from, to, columns);
        return new Matrix<>(buffer, index(0, from), rows, to - from, stride, columnMajor);
    }

    /** Where an element lies in the buffer. */
    int index(int row, int column) {
        return columnMajor ? start + column * stride + row : start + row * stride + column;
    }

    /** The shape. */
    @Override
    public String toString() {
        return "[" + rows + ", " + columns + "]";
    }
}
