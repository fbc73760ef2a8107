package org.modernbert4j.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AttentionGeometryTest {
    private static final AttentionGeometry ALL_KEYS = new AttentionGeometry(12, 64, Integer.MAX_VALUE, false);
    private static final AttentionGeometry FIRST_ROWS = new AttentionGeometry(3, 8, 5, true);

    @Test
    void attributesHoldTheGeometryAndThePrecision() {
        for (AttentionGeometry geometry : new AttentionGeometry[] {ALL_KEYS, FIRST_ROWS}) {
            for (Precision precision : Precision.values()) {
                long[] attributes = geometry.toAttributes(precision);
                assertEquals(geometry, AttentionGeometry.of(attributes));
                assertEquals(precision, AttentionGeometry.precision(attributes));
            }
        }
    }

    /** Saved graphs hold them. */
    @Test
    void theOrderOfTheAttributesIsThatOfSavedGraphs() {
        assertArrayEquals(new long[] {12, 64, Integer.MAX_VALUE, 0, 0}, ALL_KEYS.toAttributes(Precision.FLOAT32));
        assertArrayEquals(new long[] {3, 8, 5, 1, 1}, FIRST_ROWS.toAttributes(Precision.BFLOAT16));
    }
}
