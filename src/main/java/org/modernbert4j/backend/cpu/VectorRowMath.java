package org.modernbert4j.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Loops over as many numbers at a time as a vector register holds, sixteen at most. All its loads are from Java arrays; every version of the Vector
 * API has these, so this class works on every JDK from 17 on. {@link RowMath} loads it by name.
 *
 * <p>Each loop is a separate method with its whole formula, one of {@link FloatMath}. C2 puts vectors on the heap if a method has too
 * many vector operations, or calls a method that is not inlined because it is compiled already.
 *
 * <p>Sums have one order, written out: four vectors of sums, so that an addition does not wait for the one before, are added, then the
 * upper half of the lanes to the lower until one is left. {@code reduceLanes} may add in any order, and on JDK 25 takes another once
 * its caller is compiled.
 */
final class VectorRowMath extends RowMath {
    private static final VectorSpecies<Float> LANES =
            FloatVector.SPECIES_PREFERRED.length() > 16 ? FloatVector.SPECIES_512 : FloatVector.SPECIES_PREFERRED;

    private static final VectorShuffle<Float> EIGHT_ON = VectorShuffle.iota(LANES, 8, 1, true);
    private static final VectorShuffle<Float> FOUR_ON = VectorShuffle.iota(LANES, 4, 1, true);
    private static final VectorShuffle<Float> TWO_ON = VectorShuffle.iota(LANES, 2, 1, true);
    private static final VectorShuffle<Float> ONE_ON = VectorShuffle.iota(LANES, 1, 1, true);

    VectorRowMath() {}

    @Override
    String description() {
        return "vectors of " + LANES.vectorBitSize() + " bits";
    }

    @Override
    float sum(float[] x, int n) {
        return sum(x, 0, n);
    }

    private static float sum(float[] x, int from, int to) {
        int lanes = LANES.length();
        FloatVector a = FloatVector.zero(LANES);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        int i = from;
        for (int end = endOfFours(from, to); i < end; i += 4 * lanes) {
            a = a.add(FloatVector.fromArray(LANES, x, i));
            b = b.add(FloatVector.fromArray(LANES, x, i + lanes));
            c = c.add(FloatVector.fromArray(LANES, x, i + 2 * lanes));
            d = d.add(FloatVector.fromArray(LANES, x, i + 3 * lanes));
        }
        for (int end = endOfVectors(from, to); i < end; i += lanes) {
            a = a.add(FloatVector.fromArray(LANES, x, i));
        }
        if (i < to) {
            b = b.add(FloatVector.fromArray(LANES, x, i, LANES.indexInRange(i, to)));
        }
        FloatVector sum = a.add(b).add(c.add(d));
        sum = LANES.length() > 8 ? sum.add(sum.rearrange(EIGHT_ON)) : sum;
        sum = LANES.length() > 4 ? sum.add(sum.rearrange(FOUR_ON)) : sum;
        sum = LANES.length() > 2 ? sum.add(sum.rearrange(TWO_ON)) : sum;
        return sum.add(sum.rearrange(ONE_ON)).lane(0);
    }

    @Override
    float squaredDistance(float[] x, int n, float mean) {
        int lanes = LANES.length();
        FloatVector a = FloatVector.zero(LANES);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        int i = 0;
        for (int end = endOfFours(0, n); i < end; i += 4 * lanes) {
            FloatVector first = FloatVector.fromArray(LANES, x, i).sub(mean);
            FloatVector second = FloatVector.fromArray(LANES, x, i + lanes).sub(mean);
            FloatVector third = FloatVector.fromArray(LANES, x, i + 2 * lanes).sub(mean);
            FloatVector fourth = FloatVector.fromArray(LANES, x, i + 3 * lanes).sub(mean);
            a = first.fma(first, a);
            b = second.fma(second, b);
            c = third.fma(third, c);
            d = fourth.fma(fourth, d);
        }
        for (int end = endOfVectors(0, n); i < end; i += lanes) {
            FloatVector distance = FloatVector.fromArray(LANES, x, i).sub(mean);
            a = distance.fma(distance, a);
        }
        if (i < n) {
            VectorMask<Float> rest = LANES.indexInRange(i, n);
            FloatVector distance = FloatVector.fromArray(LANES, x, i, rest).sub(mean, rest);
            b = distance.fma(distance, b);
        }
        FloatVector sum = a.add(b).add(c.add(d));
        sum = LANES.length() > 8 ? sum.add(sum.rearrange(EIGHT_ON)) : sum;
        sum = LANES.length() > 4 ? sum.add(sum.rearrange(FOUR_ON)) : sum;
        sum = LANES.length() > 2 ? sum.add(sum.rearrange(TWO_ON)) : sum;
        return sum.add(sum.rearrange(ONE_ON)).lane(0);
    }

    @Override
    float dot(float[] x, float[] y, int from, int to) {
        int lanes = LANES.length();
        FloatVector a = FloatVector.zero(LANES);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        int i = from;
        for (int end = endOfFours(from, to); i < end; i += 4 * lanes) {
            a = FloatVector.fromArray(LANES, x, i).fma(FloatVector.fromArray(LANES, y, i), a);
            b = FloatVector.fromArray(LANES, x, i + lanes).fma(FloatVector.fromArray(LANES, y, i + lanes), b);
            c = FloatVector.fromArray(LANES, x, i + 2 * lanes).fma(FloatVector.fromArray(LANES, y, i + 2 * lanes), c);
            d = FloatVector.fromArray(LANES, x, i + 3 * lanes).fma(FloatVector.fromArray(LANES, y, i + 3 * lanes), d);
        }
        for (int end = endOfVectors(from, to); i < end; i += lanes) {
            a = FloatVector.fromArray(LANES, x, i).fma(FloatVector.fromArray(LANES, y, i), a);
        }
        if (i < to) {
            VectorMask<Float> rest = LANES.indexInRange(i, to);
            b = FloatVector.fromArray(LANES, x, i, rest).fma(FloatVector.fromArray(LANES, y, i, rest), b);
        }
        FloatVector sum = a.add(b).add(c.add(d));
        sum = LANES.length() > 8 ? sum.add(sum.rearrange(EIGHT_ON)) : sum;
        sum = LANES.length() > 4 ? sum.add(sum.rearrange(FOUR_ON)) : sum;
        sum = LANES.length() > 2 ? sum.add(sum.rearrange(TWO_ON)) : sum;
        return sum.add(sum.rearrange(ONE_ON)).lane(0);
    }

    /** Where a loop over four vectors at a time ends. Four sums do not wait for one another's additions. */
    private static int endOfFours(int from, int to) {
        return to - (to - from) % (4 * LANES.length());
    }

    private static int endOfVectors(int from, int to) {
        return to - (to - from) % LANES.length();
    }

    @Override
    float max(float[] x, int from, int to) {
        FloatVector largest = FloatVector.broadcast(LANES, Float.NEGATIVE_INFINITY);
        int end = from + LANES.loopBound(to - from);
        for (int i = from; i < end; i += LANES.length()) {
            largest = largest.max(FloatVector.fromArray(LANES, x, i));
        }
        return Math.max(largest.reduceLanes(VectorOperators.MAX), super.max(x, end, to));
    }

    @Override
    float expSum(float[] x, int from, int to, float shift) {
        int end = from + LANES.loopBound(to - from);
        powers(x, from, end, 1f, shift);
        return sum(x, from, end) + super.expSum(x, end, to, shift);
    }

    /** Replaces x by {@code exp(factor * x - shift)}, over whole vectors: {@link FloatMath#exp}. */
    private static void powers(float[] x, int from, int end, float factor, float shift) {
        for (int i = from; i < end; i += LANES.length()) {
            FloatVector exponent =
                    FloatVector.fromArray(LANES, x, i).mul(factor).sub(shift);
            VectorMask<Float> tooSmall = exponent.compare(VectorOperators.LT, FloatMath.LEAST_EXPONENT);
            FloatVector clamped = exponent.max(FloatMath.LEAST_EXPONENT).min(FloatMath.LARGEST_EXPONENT);
            FloatVector shifted = clamped.fma(all(FloatMath.LOG2_E), all(FloatMath.ROUND_TO_INTEGER));
            FloatVector power = shifted.sub(FloatMath.ROUND_TO_INTEGER);
            FloatVector r = power.fma(all(-FloatMath.LN2_HIGH), clamped);
            r = power.fma(all(-FloatMath.LN2_LOW), r);
            FloatVector p = r.fma(all(FloatMath.EXP_6), all(FloatMath.EXP_5));
            p = p.fma(r, all(FloatMath.EXP_4));
            p = p.fma(r, all(FloatMath.EXP_3));
            p = p.fma(r, all(FloatMath.EXP_2));
            p = p.fma(r, all(FloatMath.EXP_1));
            p = p.fma(r.mul(r), r).add(1f);
            p.reinterpretAsInts()
                    .add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                    .reinterpretAsFloats()
                    .blend(0f, tooSmall)
                    .intoArray(x, i);
        }
    }

    @Override
    void normal(float[] x, int n, float[] cdf, float[] density) {
        int end = LANES.loopBound(n);
        for (int i = 0; i < end; i++) {
            density[i] = x[i] * x[i];
        }
        powers(density, 0, end, -0.5f, 0f);
        cdf(x, density, end, cdf);
        for (int i = end; i < n; i++) {
            density[i] = FloatMath.gaussian(x[i]);
            cdf[i] = FloatMath.normalCdf(x[i], density[i]);
        }
    }

    /** {@link FloatMath#normalCdf}, over whole vectors. */
    private static void cdf(float[] x, float[] density, int end, float[] cdf) {
        for (int i = 0; i < end; i += LANES.length()) {
            FloatVector value = FloatVector.fromArray(LANES, x, i);
            FloatVector t = all(1f).div(value.abs().fma(all(FloatMath.CDF_SLOPE), all(1f)));
            FloatVector p = t.fma(all(FloatMath.CDF_5), all(FloatMath.CDF_4));
            p = p.fma(t, all(FloatMath.CDF_3));
            p = p.fma(t, all(FloatMath.CDF_2));
            p = p.fma(t, all(FloatMath.CDF_1));
            FloatVector tail = p.mul(t).mul(FloatVector.fromArray(LANES, density, i));
            tail.blend(all(1f).sub(tail), value.compare(VectorOperators.GT, 0f)).intoArray(cdf, i);
        }
    }

    @Override
    void rotate(float[] x, float[] angles, int from, int to, float forth, float across) {
        int half = (to - from) / 2;
        int end = from + LANES.loopBound(half);
        for (int i = from; i < end; i += LANES.length()) {
            FloatVector first = FloatVector.fromArray(LANES, x, i);
            FloatVector second = FloatVector.fromArray(LANES, x, half + i);
            FloatVector cos = FloatVector.fromArray(LANES, angles, i).mul(forth);
            FloatVector sin = FloatVector.fromArray(LANES, angles, half + i).mul(across);
            first.mul(cos).sub(second.mul(sin)).intoArray(x, i);
            second.mul(cos).add(first.mul(sin)).intoArray(x, half + i);
        }
        rotatePairs(x, angles, end, from + half, half, forth, across);
    }

    @Override
    void sigmoid(float[] x, int from, int to) {
        int end = from + LANES.loopBound(to - from);
        powers(x, from, end, -1f, 0f);
        logistic(x, from, end, 1f, 0f);
        super.sigmoid(x, end, to);
    }

    @Override
    void tanh(float[] x, int from, int to) {
        int end = from + LANES.loopBound(to - from);
        powers(x, from, end, -2f, 0f);
        logistic(x, from, end, 2f, -1f);
        super.tanh(x, end, to);
    }

    /** Replaces x by {@code height / (1 + x) + base}, over whole vectors. */
    private static void logistic(float[] x, int from, int end, float height, float base) {
        for (int i = from; i < end; i += LANES.length()) {
            FloatVector denominator = FloatVector.fromArray(LANES, x, i).add(1f);
            all(height).div(denominator).add(base).intoArray(x, i);
        }
    }

    /** Three vectors for each of four rows, three of the panel and one of x take the sixteen registers of AVX2. */
    @Override
    int productColumns() {
        return 3 * LANES.length();
    }

    @Override
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
        int lanes = LANES.length();
        int x1 = xStart + xStride;
        int x2 = x1 + xStride;
        int x3 = x2 + xStride;
        int z1 = zStart + zStride;
        int z2 = z1 + zStride;
        int z3 = z2 + zStride;
        FloatVector a0 = FloatVector.fromArray(LANES, z, zStart);
        FloatVector b0 = FloatVector.fromArray(LANES, z, zStart + lanes);
        FloatVector c0 = FloatVector.fromArray(LANES, z, zStart + 2 * lanes);
        FloatVector a1 = FloatVector.fromArray(LANES, z, z1);
        FloatVector b1 = FloatVector.fromArray(LANES, z, z1 + lanes);
        FloatVector c1 = FloatVector.fromArray(LANES, z, z1 + 2 * lanes);
        FloatVector a2 = FloatVector.fromArray(LANES, z, z2);
        FloatVector b2 = FloatVector.fromArray(LANES, z, z2 + lanes);
        FloatVector c2 = FloatVector.fromArray(LANES, z, z2 + 2 * lanes);
        FloatVector a3 = FloatVector.fromArray(LANES, z, z3);
        FloatVector b3 = FloatVector.fromArray(LANES, z, z3 + lanes);
        FloatVector c3 = FloatVector.fromArray(LANES, z, z3 + 2 * lanes);
        for (int k = 0; k < inner; k++) {
            int at = panelStart + k * 3 * lanes;
            FloatVector a = FloatVector.fromArray(LANES, panel, at);
            FloatVector b = FloatVector.fromArray(LANES, panel, at + lanes);
            FloatVector c = FloatVector.fromArray(LANES, panel, at + 2 * lanes);
            FloatVector left = all(x[xStart + k]);
            a0 = left.fma(a, a0);
            b0 = left.fma(b, b0);
            c0 = left.fma(c, c0);
            left = all(x[x1 + k]);
            a1 = left.fma(a, a1);
            b1 = left.fma(b, b1);
            c1 = left.fma(c, c1);
            left = all(x[x2 + k]);
            a2 = left.fma(a, a2);
            b2 = left.fma(b, b2);
            c2 = left.fma(c, c2);
            left = all(x[x3 + k]);
            a3 = left.fma(a, a3);
            b3 = left.fma(b, b3);
            c3 = left.fma(c, c3);
        }
        a0.intoArray(z, zStart);
        b0.intoArray(z, zStart + lanes);
        c0.intoArray(z, zStart + 2 * lanes);
        a1.intoArray(z, z1);
        b1.intoArray(z, z1 + lanes);
        c1.intoArray(z, z1 + 2 * lanes);
        a2.intoArray(z, z2);
        b2.intoArray(z, z2 + lanes);
        c2.intoArray(z, z2 + 2 * lanes);
        a3.intoArray(z, z3);
        b3.intoArray(z, z3 + lanes);
        c3.intoArray(z, z3 + 2 * lanes);
    }

    private static FloatVector all(float value) {
        return FloatVector.broadcast(LANES, value);
    }
}
