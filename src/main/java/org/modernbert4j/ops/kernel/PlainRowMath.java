package org.modernbert4j.ops.kernel;

/** One number after the other, on any JVM. */
final class PlainRowMath implements RowMath {
    @Override
    public float sum(float[] x, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += x[i];
        }
        return (float) sum;
    }

    @Override
    public float squaredDistance(float[] x, int n, float mean) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            float distance = x[i] - mean;
            sum += distance * distance;
        }
        return (float) sum;
    }

    @Override
    public float dot(float[] a, float[] b, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += a[i] * b[i];
        }
        return (float) sum;
    }

    @Override
    public float max(float[] x, int from, int to) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = from; i < to; i++) {
            largest = x[i] > largest ? x[i] : largest;
        }
        return largest;
    }

    @Override
    public float expSum(float[] x, int from, int to, float shift) {
        float sum = 0;
        for (int i = from; i < to; i++) {
            x[i] = FloatMath.exp(x[i] - shift);
            sum += x[i];
        }
        return sum;
    }

    @Override
    public void normal(float[] x, int n, float[] cdf, float[] density) {
        for (int i = 0; i < n; i++) {
            density[i] = FloatMath.gaussian(x[i]);
            cdf[i] = FloatMath.normalCdf(x[i], density[i]);
        }
    }

    @Override
    public void rotate(float[] x, float[] angles, int n, float forth, float across) {
        rotate(x, angles, 0, n / 2, forth, across);
    }

    /** Rotates the pairs from one index to another; half is the distance between the two of a pair. */
    static void rotate(float[] x, float[] angles, int from, int half, float forth, float across) {
        for (int i = from; i < half; i++) {
            float cos = angles[i] * forth;
            float sin = angles[half + i] * across;
            float first = x[i] * cos - x[half + i] * sin;
            x[half + i] = x[half + i] * cos + x[i] * sin;
            x[i] = first;
        }
    }
}
