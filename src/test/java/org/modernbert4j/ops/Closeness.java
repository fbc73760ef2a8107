package org.modernbert4j.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Comparison of arrays. */
final class Closeness {
    private Closeness() {}

    /** Each element within a share of the largest expected one. */
    static void assertClose(INDArray expected, INDArray actual, double tolerance, String what) {
        assertArrayEquals(expected.shape(), actual.shape(), what);
        double largest = expected.amaxNumber().doubleValue();
        for (long i = 0; i < expected.length(); i++) {
            double wanted = expected.getDouble(i);
            double found = actual.getDouble(i);
            assertTrue( // NaN is not close to anything
                    Math.abs(wanted - found) <= tolerance * largest,
                    () -> what + ": expected " + wanted + ", found " + found);
        }
    }
}
