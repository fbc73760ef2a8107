package org.modernbert4j.backend.cpu;

/** Scalar loops, for any JVM. */
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
    public float dot(float[] a, float[] b, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
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
    public void rotate(float[] x, float[] angles, int from, int to, float forth, float across) {
        int half = (to - from) / 2;
        rotatePairs(x, angles, from, from + half, half, forth, across);
    }

    /** Rotates the pairs whose first halves are between two indexes; half is the distance between the two of a pair. */
    static void rotatePairs(float[] x, float[] angles, int from, int to, int half, float forth, float across) {
        for (int i = from; i < to; i++) {
            float cos = angles[i] * forth;
            float sin = angles[half + i] * across;
            float first = x[i] * cos - x[half + i] * sin;
            x[half + i] = x[half + i] * cos + x[i] * sin;
            x[i] = first;
        }
    }

    @Override
    public void sigmoid(float[] x, int from, int to) {
        for (int i = from; i < to; i++) {
            x[i] = FloatMath.sigmoid(x[i]);
        }
    }

    @Override
    public void tanh(float[] x, int from, int to) {
        for (int i = from; i < to; i++) {
            x[i] = FloatMath.tanh(x[i]);
        }
    }

    /** Three columns of four rows: twelve sums, for which every processor has registers. */
    @Override
    public int productColumns() {
        return 3;
    }

    @Override
    public void addProduct(
            float[] x,
            int xStart,
            int xStride,
            int inner,
            float[] panel,
            int panelStart,
            float[] z,
            int zStart,
            int zStride) {
        int x1 = xStart + xStride;
        int x2 = x1 + xStride;
        int x3 = x2 + xStride;
        int z1 = zStart + zStride;
        int z2 = z1 + zStride;
        int z3 = z2 + zStride;
        float a0 = z[zStart];
        float b0 = z[zStart + 1];
        float c0 = z[zStart + 2];
        float a1 = z[z1];
        float b1 = z[z1 + 1];
        float c1 = z[z1 + 2];
        float a2 = z[z2];
        float b2 = z[z2 + 1];
        float c2 = z[z2 + 2];
        float a3 = z[z3];
        float b3 = z[z3 + 1];
        float c3 = z[z3 + 2];
        for (int k = 0; k < inner; k++) {
            float a = panel[panelStart + 3 * k];
            float b = panel[panelStart + 3 * k + 1];
            float c = panel[panelStart + 3 * k + 2];
            float left = x[xStart + k];
            a0 += left * a;
            b0 += left * b;
            c0 += left * c;
            left = x[x1 + k];
            a1 += left * a;
            b1 += left * b;
            c1 += left * c;
            left = x[x2 + k];
            a2 += left * a;
            b2 += left * b;
            c2 += left * c;
            left = x[x3 + k];
            a3 += left * a;
            b3 += left * b;
            c3 += left * c;
        }
        z[zStart] = a0;
        z[zStart + 1] = b0;
        z[zStart + 2] = c0;
        z[z1] = a1;
        z[z1 + 1] = b1;
        z[z1 + 2] = c1;
        z[z2] = a2;
        z[z2 + 1] = b2;
        z[z2 + 2] = c2;
        z[z3] = a3;
        z[z3 + 1] = b3;
        z[z3 + 2] = c3;
    }
}
