package org.modernbert4j.ops.kernel;

/**
 * Loops over float32 numbers with sums or exponentials in them, which the JIT compiler does not vectorise by itself; kernels write
 * the others as plain loops. Implementations add in orders of their own, so sums differ in their last bits.
 */
interface RowMath {
    /**
     * What this process uses: vector instructions where the JVM was started with {@code --add-modules jdk.incubator.vector} and not
     * with {@code -Dvector=off}.
     */
    RowMath FASTEST =
            isVectorModuleThere() && !System.getProperty("vector", "on").equals("off")
                    ? vectorised()
                    : new PlainRowMath();

    static boolean isVectorModuleThere() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    /** Found by name: the class is compiled by itself, as no other may depend on a module that the JVM has only when asked. */
    static RowMath vectorised() {
        try {
            return Class.forName("org.modernbert4j.ops.kernel.VectorRowMath")
                    .asSubclass(RowMath.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("built without its vector loops", e);
        }
    }

    /** The sum of x from index 0 to n. */
    float sum(float[] x, int n);

    /** The sum of {@code (x - mean)^2} from index 0 to n. */
    float squaredDistance(float[] x, int n, float mean);

    /** The sum of {@code a * b} between two indexes. */
    float dot(float[] a, float[] b, int from, int to);

    /** The largest of x between two indexes; negative infinity where there is none. */
    float max(float[] x, int from, int to);

    /**
     * Puts {@code exp(x - shift)} in the place of x between two indexes, as {@link FloatMath#exp} has it.
     *
     * @return the sum of what was put there
     */
    float expSum(float[] x, int from, int to, float shift);

    /**
     * The standard normal distribution, from index 0 to n.
     *
     * @param cdf gets its distribution function at x; absolute error below 3e-7
     * @param density gets its density at x, times the square root of two pi
     */
    void normal(float[] x, int n, float[] cdf, float[] density);

    /**
     * Rotates the vector between two indexes in place, pairing its halves (Su et al. 2021).
     *
     * @param angles cosines, then sines, of half as many angles, between the same indexes
     * @param forth factor of the result along the cosines
     * @param across factor of the result along the sines; its sign is the direction
     */
    void rotate(float[] x, float[] angles, int from, int to, float forth, float across);

    /** Puts {@link FloatMath#sigmoid} of x in the place of x between two indexes. */
    void sigmoid(float[] x, int from, int to);

    /** Puts {@link FloatMath#tanh} of x in the place of x between two indexes. */
    void tanh(float[] x, int from, int to);

    /** How many rows {@link #addProduct} computes together. */
    int PRODUCT_ROWS = 4;

    /** How many columns {@link #addProduct} computes together. */
    int productColumns();

    /**
     * A product with few rows, too few for BLAS, which would spend its time on reordering the right matrix in each call:
     * {@code z += x * panel}. Each element is summed from the first index to the last, whatever is beside it.
     *
     * @param x {@code [PRODUCT_ROWS, inner]}, one row each {@code xStride}
     * @param panel {@code [inner, productColumns()]}, dense
     * @param z {@code [PRODUCT_ROWS, productColumns()]}, one row each {@code zStride}
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
            int zStride);
}
