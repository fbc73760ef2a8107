package org.modernbert4j.backend.cpu;

import java.nio.FloatBuffer;

/** The sum of the squares of all elements of an array. */
final class NormKernel {
    /** Elements that are summed in float32; the sums of these are added in double precision, in their order. */
    private static final int GROUP = 4096;

    private NormKernel() {}

    /**
     * The sum; groups do not depend on the number of workers, so neither do the bits.
     *
     * @param count elements, from the first one on
     */
    static double squares(Workers workers, FloatBuffer x, int count) {
        int groups = (int) (((long) count + GROUP - 1) / GROUP);
        synchronized (workers) {
            double[] squares = workers.shared().doubles(0, groups);
            workers.split(groups, (scratch, from, to) -> {
                float[] values = scratch.array(0, GROUP);
                for (int group = from; group < to; group++) {
                    int start = group * GROUP;
                    int length = Math.min(GROUP, count - start);
                    x.get(start, values, 0, length);
                    squares[group] = RowMath.fastest().dot(values, values, 0, length);
                }
            });
            double sum = 0;
            for (int group = 0; group < groups; group++) {
                sum += squares[group];
            }
            return sum;
        }
    }
}
