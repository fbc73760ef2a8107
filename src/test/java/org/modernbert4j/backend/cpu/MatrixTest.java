package org.modernbert4j.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class MatrixTest {
    /** The numbers from 0 to 11. */
    private static final Matrix<FloatBuffer> TWELVE = Matrix.of(Buffers.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), 3, 4);

    private static void assertElements(List<List<Integer>> expected, Matrix<FloatBuffer> matrix) {
        assertEquals(expected.size(), matrix.rows);
        for (int i = 0; i < matrix.rows; i++) {
            assertEquals(expected.get(i).size(), matrix.columns);
            for (int j = 0; j < matrix.columns; j++) {
                assertEquals(expected.get(i).get(j), (int) matrix.buffer.get(matrix.index(i, j)));
            }
        }
    }

    @Test
    void viewsHaveTheElementsOfTheirRowsAndColumns() {
        assertElements(List.of(List.of(0, 1, 2, 3), List.of(4, 5, 6, 7), List.of(8, 9, 10, 11)), TWELVE);
        assertElements(List.of(List.of(4, 5, 6, 7), List.of(8, 9, 10, 11)), TWELVE.rows(1, 3));
        assertElements(List.of(List.of(2, 3), List.of(6, 7), List.of(10, 11)), TWELVE.columns(2, 4));
        assertElements(
                List.of(List.of(5, 9), List.of(6, 10)),
                TWELVE.rows(1, 3).columns(1, 3).transposed());
        assertElements(
                List.of(List.of(1, 5, 9), List.of(2, 6, 10)),
                TWELVE.transposed().rows(1, 3));
        assertElements(
                List.of(List.of(8), List.of(9), List.of(10), List.of(11)),
                TWELVE.transposed().columns(2, 3));
        assertElements(List.of(), TWELVE.rows(3, 3).columns(2, 4));
    }

    @Test
    void noViewReachesBeyondItsMatrix() {
        assertThrows(IndexOutOfBoundsException.class, () -> TWELVE.rows(1, 4));
        assertThrows(IndexOutOfBoundsException.class, () -> TWELVE.columns(-1, 4));
        assertThrows(IndexOutOfBoundsException.class, () -> TWELVE.transposed().rows(0, 5));
        assertThrows(IndexOutOfBoundsException.class, () -> Matrix.of(TWELVE.buffer, 3, 5));
        assertThrows(IndexOutOfBoundsException.class, () -> Matrix.of(TWELVE.buffer, 1 << 16, 1 << 16));
    }
}
