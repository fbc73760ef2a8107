package org.modernbert4j.backend.cpu;

/**
 * Loops over float32 numbers that the JIT compiler does not vectorise, because they have sums or exponentials, and two plain loops
 * that several kernels share. This class has scalar loops, for any JVM; {@code VectorRowMath} has vector instructions instead. The
 * two sum in different orders, so their sums differ in the last bits.
 */
class RowMath {
    /** How many rows {@link #addProduct} computes together. */
    static final int PRODUCT_ROWS = 4;

    /** Separate class: if initialising RowMath initialised its subclass, two threads could wait for each other forever. */
    private static final class Fastest {
        static final RowMath MATH =
                !System.getProperty("vector", "on").equals("off") && VectorModule.load() ? vectorised() : new RowMath();
    }

    /**
     * What this process uses: vector instructions if {@link VectorModule} can be had and {@code -Dvector=off} is not given.
     */
    static RowMath fastest() {
        return Fastest.MATH;
    }

    /** The vector loops. Loaded by name, because the other classes must also work without the module that these need. */
    static RowMath vectorised() {
        try {
            return Class.forName("org.modernbert4j.backend.cpu.VectorRowMath")
                    .asSubclass(RowMath.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this build lacks VectorRowMath", e);
        }
    }

    /** What it computes with, in a few words. */
    String description() {
        return "plain loops";
    }

    /** Adds the first elements of x to those of sum from an index on. */
    static void add(float[] sum, int at, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            sum[at + i] += x[i];
        }
    }

    /** Multiplies x between two indexes by a factor. */
    static void scale(float[] x, int from, int to, float factor) {
        for (int i = from; i < to; i++) {
            x[i] *= factor;
        }
    }

    /** The sum of x from index 0 to n. */
    float sum(float[] x, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += x[i];
        }
        return (float) sum;
    }

    /** The sum of {@code (x - mean)^2} from index 0 to n. */
    float squaredDistance(float[] x, int n, float mean) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            float distance = x[i] - mean;
            sum += distance * distance;
        }
        return (float) sum;
    }

    /** The sum of {@code a * b} between two indexes. */
    float dot(float[] a, float[] b, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += a[i] * b[i];
        }
        return (float) sum;
    }

    /** The largest of x between two indexes; negative infinity where there is none. */
    float max(float[] x, int from, int to) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = from; i < to; i++) {
            largest = x[i] > largest ? x[i] : largest;
        }
        return largest;
    }

    /**
     * Replaces x between two indexes by {@code exp(x - shift)}, computed as {@link FloatMath#exp}.
     *
     * @return the sum of the results
     */
    float expSum(float[] x, int from, int to, float shift) {
        float sum = 0;
        for (int i = from; i < to; i++) {
            x[i] = FloatMath.exp(x[i] - shift);
            sum += x[i];
        }
        return sum;
    }

    /**
     * The standard normal distribution, from index 0 to n.
     *
     * @param cdf gets its distribution function at x; absolute error below 3e-7
     * @param density gets its density at x, times the square root of two pi
     */
    void normal(float[] x, int n, float[] cdf, float[] density) {
        for (int i = 0; i < n; i++) {
            density[i] = FloatMath.gaussian(x[i]);
            cdf[i] = FloatMath.normalCdf(x[i], density[i]);
        }
    }

    /**
     * Rotates the vector between two indexes in place, pairing its halves (Su et al. 2021).
     *
     * @param angles cosines, then sines, of half as many angles, between the same indexes
     * @param forth factor of the cosines
     * @param across factor of the sines; its sign is the direction
     */
    void rotate(float[] x, float[] angles, int from, int to, float forth, float across) {
        int half = (to - from) / 2;
        rotatePairs(x, angles, from, from + half, half, forth, across);
    }

    /** Rotates the pairs whose first numbers are between two indexes; half is the distance to their second numbers. */
    static void rotatePairs(float[] x, float[] angles, int from, int to, int half, float forth, float across) {
        for (int i = from; i < to; i++) {
            float cos = angles[i] * forth;
            float sin = angles[half + i] * across;
            float first = x[i] * cos - x[half + i] * sin;
            x[half + i] = x[half + i] * cos + x[i] * sin;
            x[i] = first;
        }
    }

    /** Replaces x between two indexes by {@link FloatMath#sigmoid} of it. */
    void sigmoid(float[] x, int from, int to) {
        for (int i = from; i < to; i++) {
            x[i] = FloatMath.sigmoid(x[i]);
        }
    }

    /** Replaces x between two indexes by {@link FloatMath#tanh} of it. */
    void tanh(float[] x, int from, int to) {
        for (int i = from; i < to; i++) {
            x[i] = FloatMath.tanh(x[i]);
        }
    }

    /** How many columns {@link #addProduct} computes together. Four rows of three are twelve sums, few enough for all registers. */
    int productColumns() {
        return 3;
    }

    /**
     * A product with few rows: {@code z += x * panel}. BLAS would spend its time on reordering the right matrix in each call. Each
     * element is summed from the first index to the last, independently of its neighbours.
     *
     * @param x {@code [PRODUCT_ROWS, inner]}
     * @param xStride distance between rows of x
     * @param panel {@code [inner, productColumns()]}, dense
     * @param z {@code [PRODUCT_ROWS, productColumns()]}
     * @param zStride distance between rows of z
     */
    void addProduct(
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
