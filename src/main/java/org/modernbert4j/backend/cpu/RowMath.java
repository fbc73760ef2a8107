package org.modernbert4j.backend.cpu;

/**
 * The loops over float32 numbers that the JIT compiler does not vectorise: those with sums or exponentials. Kernels contain the
 * others as plain loops. Implementations sum in different orders, so their sums differ in the last bits.
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

    /** Loaded by name: no class that is compiled with the others may need a module that the JVM loads on request only. */
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

    /** The sum of x from index 0 to n. */
    float sum(float[] x, int n);

    /** The sum of {@code (x - mean)^2} from index 0 to n. */
    float squaredDistance(float[] x, int n, float mean);

    /** The sum of {@code a * b} between two indexes. */
    float dot(float[] a, float[] b, int from, int to);

    /** The largest of x between two indexes; negative infinity where there is none. */
    float max(float[] x, int from, int to);

    /**
     * Replaces x between two indexes by {@code exp(x - shift)}, computed as {@link FloatMath#exp}.
     *
     * @return the sum of the results
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

    /** Replaces x between two indexes by {@link FloatMath#sigmoid} of it. */
    void sigmoid(float[] x, int from, int to);

    /** Replaces x between two indexes by {@link FloatMath#tanh} of it. */
    void tanh(float[] x, int from, int to);

    /** How many rows {@link #addProduct} computes together. */
    int PRODUCT_ROWS = 4;

    /** How many columns {@link #addProduct} computes together. */
    int productColumns();

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
            int zStride);
}
