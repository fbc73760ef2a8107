package org.modernbert4j.ops.kernel;

import java.nio.FloatBuffer;
import java.util.Arrays;

/** One row for each text, from all its rows. */
public final class PoolKernel {
    /** How the rows of a text become one. */
    public enum Reduction {
        /** The text's first row. */
        FIRST(0),
        /** The row of its last token. */
        LAST_TOKEN(1),
        /** Its last row, which is padding where there is any. */
        LAST_ROW(2),
        /** The mean over its tokens. */
        MEAN(3);

        private final int code;

        Reduction(int code) {
            this.code = code;
        }

        /** Its number in saved graphs. */
        public int code() {
            return code;
        }

        /** The reduction of a saved graph's number. */
        public static Reduction of(int code) {
            for (Reduction reduction : values()) {
                if (reduction.code == code) {
                    return reduction;
                }
            }
            throw new IllegalArgumentException("no reduction has the number " + code);
        }
    }

    private PoolKernel() {}

    /**
     * Computes the result.
     *
     * @param x {@code [rows, width]}
     * @param y {@code [texts, width]}
     */
    public static void forward(
            Workers workers, Reduction reduction, FloatBuffer x, Segments segments, FloatBuffer y, int width) {
        workers.split(segments.texts(), (scratch, from, to) -> {
            float[] row = scratch.array(0, width);
            float[] sum = scratch.array(1, width);
            for (int text = from; text < to; text++) {
                if (reduction != Reduction.MEAN) {
                    y.put(text * width, x, row(reduction, segments, text) * width, width);
                    continue;
                }
                Arrays.fill(sum, 0, width, 0f);
                int tokens = segments.lengths()[text];
                for (int token = 0; token < tokens; token++) {
                    x.get((segments.starts()[text] + token) * width, row, 0, width);
                    for (int i = 0; i < width; i++) {
                        sum[i] += row[i];
                    }
                }
                for (int i = 0; i < width; i++) {
                    sum[i] /= tokens;
                }
                y.put(text * width, sum, 0, width);
            }
        });
    }

    /**
     * Computes the gradient of the input.
     *
     * @param dy {@code [texts, width]}
     * @param dx {@code [rows, width]}
     */
    public static void inputGradient(
            Workers workers, Reduction reduction, FloatBuffer dy, Segments segments, FloatBuffer dx, int width) {
        workers.split(segments.texts(), (scratch, from, to) -> {
            float[] zeros = scratch.array(0, width);
            float[] row = scratch.array(1, width);
            Arrays.fill(zeros, 0, width, 0f);
            for (int text = from; text < to; text++) {
                int tokens = segments.lengths()[text];
                for (int i = segments.starts()[text]; i < segments.starts()[text + 1]; i++) {
                    dx.put(i * width, zeros, 0, width);
                }
                if (reduction != Reduction.MEAN) {
                    dx.put(row(reduction, segments, text) * width, dy, text * width, width);
                    continue;
                }
                dy.get(text * width, row, 0, width);
                for (int i = 0; i < width; i++) {
                    row[i] /= tokens;
                }
                for (int token = 0; token < tokens; token++) {
                    dx.put((segments.starts()[text] + token) * width, row, 0, width);
                }
            }
        });
    }

    private static int row(Reduction reduction, Segments segments, int text) {
        return switch (reduction) {
            case FIRST -> segments.starts()[text];
            case LAST_TOKEN -> segments.starts()[text] + segments.lengths()[text] - 1;
            case LAST_ROW -> segments.starts()[text + 1] - 1;
            case MEAN -> throw new IllegalArgumentException("a mean is no single row");
        };
    }
}
