package org.modernbert4j.task;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;

/** Rows of logits. They are copied to the host at the first access, and are valid as long as their array. */
public final class Logits {
    private final Backend backend;
    private final Array array;
    private final int columns;
    private FloatBuffer values;

    /**
     * @param backend the backend of the array
     * @param array {@code [rows, columns]}
     */
    public Logits(Backend backend, Array array) {
        this.backend = backend;
        this.array = array;
        columns = array.columns();
    }

    /** The numbers of a row. */
    public float[] row(int row) {
        if (values == null) {
            values = backend.read(array);
        }
        float[] numbers = new float[columns];
        values.get(row * columns, numbers);
        return numbers;
    }

    /** Whether all numbers of a row are finite. */
    public boolean isFinite(int row) {
        for (float number : row(row)) {
            if (!Float.isFinite(number)) {
                return false;
            }
        }
        return true;
    }

    /** The column of a row's largest number; the first one if several are equal. */
    public int largest(int row) {
        float[] numbers = row(row);
        int best = 0;
        for (int i = 1; i < columns; i++) {
            if (numbers[i] > numbers[best]) {
                best = i;
            }
        }
        return best;
    }

    /** The logarithm of the softmax of a row. */
    public double[] logProbabilities(int row) {
        return logProbabilities(row(row));
    }

    /** The logarithm of the softmax of a row's numbers. */
    static double[] logProbabilities(float[] numbers) {
        double[] logits = new double[numbers.length];
        Arrays.setAll(logits, i -> numbers[i]);
        double largest = Arrays.stream(logits).max().orElseThrow();
        double sum = 0;
        for (double logit : logits) {
            sum += StrictMath.exp(logit - largest);
        }
        double normalizer = largest + StrictMath.log(sum);
        Arrays.setAll(logits, i -> logits[i] - normalizer);
        return logits;
    }
}
