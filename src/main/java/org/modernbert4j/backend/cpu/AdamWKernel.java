package org.modernbert4j.backend.cpu;

import java.nio.FloatBuffer;
import java.util.List;
import org.modernbert4j.backend.AdamWFactors;
import org.modernbert4j.backend.AdamWStep;
import org.modernbert4j.backend.Array;

/**
 * Steps of AdamW (Loshchilov and Hutter 2019) as torch.optim.AdamW computes them, in place.
 *
 * @param weight the parameter
 * @param mean running mean of its gradient
 * @param meanSquare running mean of its gradient's square
 * @param owners the arrays with this memory, which may be freed once they are unreachable
 */
record AdamWKernel(FloatBuffer weight, FloatBuffer mean, FloatBuffer meanSquare, List<Array> owners) {
    /** Elements at a time: a small part of a page, so that the processor prefetches from all four arrays at once. */
    private static final int CHUNK = 192;

    /** The kernel for a parameter and its moments. It takes the memory here, on the calling thread, for all workers. */
    static AdamWKernel of(Array weight, Array mean, Array meanSquare) {
        return new AdamWKernel(
                CpuBackend.memory(weight),
                CpuBackend.memory(mean),
                CpuBackend.memory(meanSquare),
                List.of(weight, mean, meanSquare));
    }

    /** Copies of some elements, in the first three arrays of a worker's working memory. */
    final class Part {
        private final float[] w;
        private final float[] m;
        private final float[] v;
        private int start;
        private int length;

        private Part(Scratch scratch, int atMost) {
            w = scratch.array(0, atMost);
            m = scratch.array(1, atMost);
            v = scratch.array(2, atMost);
        }

        void load(int first, int count) {
            start = first;
            length = count;
            weight.get(start, w, 0, length);
            mean.get(start, m, 0, length);
            meanSquare.get(start, v, 0, length);
        }

        void update(float[] gradient, AdamWFactors factors) {
            AdamWKernel.update(w, m, v, gradient, length, factors);
        }

        boolean hasZeroMoments() {
            return isZero(m, length) && isZero(v, length);
        }

        /** Does a step whose moments and gradient are zero. */
        void decay(AdamWFactors factors) {
            RowMath.scale(w, 0, length, factors.decay());
        }

        void store() {
            weight.put(start, w, 0, length);
            mean.put(start, m, 0, length);
            meanSquare.put(start, v, 0, length);
        }
    }

    /** A part of at most this many elements; {@link Part#load} fills it. */
    Part part(Scratch scratch, int atMost) {
        return new Part(scratch, atMost);
    }

    /**
     * Does a step.
     *
     * @param gradient of the parameter
     * @param count elements of the parameter
     */
    void update(Workers workers, FloatBuffer gradient, int count, AdamWStep step) {
        AdamWFactors factors = AdamWFactors.of(step);
        workers.split(count, (scratch, from, to) -> {
            Part part = part(scratch, CHUNK);
            float[] g = scratch.array(3, CHUNK);
            for (int start = from; start < to; start += CHUNK) {
                int length = Math.min(CHUNK, to - start);
                part.load(start, length);
                gradient.get(start, g, 0, length);
                part.update(g, factors);
                part.store();
            }
        });
    }

    private static void update(float[] w, float[] m, float[] v, float[] g, int length, AdamWFactors factors) {
        float decay = factors.decay();
        float beta2 = factors.beta2();
        float newMean = factors.newMean();
        float newSquare = factors.newSquare();
        float stepSize = factors.stepSize();
        float root = factors.root();
        float eps = factors.eps();
        float scale = factors.gradientScale();
        for (int i = 0; i < length; i++) {
            float gradient = g[i] * scale;
            float mean = m[i] + newMean * (gradient - m[i]);
            float square = v[i] * beta2 + newSquare * gradient * gradient;
            float denominator = (float) Math.sqrt(square) / root + eps;
            m[i] = mean;
            v[i] = square;
            w[i] = w[i] * decay - stepSize * (mean / denominator);
        }
    }

    private static boolean isZero(float[] values, int length) {
        for (int i = 0; i < length; i++) {
            if (values[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
