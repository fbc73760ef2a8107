package org.modernbert4j.backend.cpu;

import java.nio.FloatBuffer;
import org.modernbert4j.backend.AdamWStep;
import org.modernbert4j.backend.nd4j.NdArray;

/**
 * Steps of AdamW (Loshchilov and Hutter 2019) as torch.optim.AdamW computes them, in place.
 *
 * @param weight the parameter
 * @param mean running mean of its gradient
 * @param meanSquare running mean of its gradient's square
 */
record AdamWKernel(NdArray weight, NdArray mean, NdArray meanSquare) {
    /** Elements at a time: a small part of a page, so that the processor prefetches from all four arrays, not from one after another. */
    private static final int CHUNK = 192;

    /** The numbers of a step, rounded once. */
    record Factors(
            float decay,
            float beta2,
            float newMean,
            float newSquare,
            float stepSize,
            float root,
            float eps,
            float gradientScale) {
        static Factors of(AdamWStep step) {
            return new Factors(
                    (float) (1 - step.learningRate() * step.weightDecay()),
                    (float) step.beta2(),
                    (float) (1 - step.beta1()),
                    (float) (1 - step.beta2()),
                    (float) (step.learningRate() / (1 - Math.pow(step.beta1(), step.step()))),
                    (float) Math.sqrt(1 - Math.pow(step.beta2(), step.step())),
                    (float) step.eps(),
                    (float) step.gradientScale());
        }

        /** Whether moments of zero stay so without a gradient, and move nothing. */
        boolean keepZeroMoments() {
            return eps > 0 && 0 * gradientScale == 0; // else it is 0 / 0 or, after an overflow, 0 * NaN
        }
    }

    /** Java copies of some elements, in the first three arrays of a scratch. */
    final class Part {
        private final float[] w;
        private final float[] m;
        private final float[] v;
        private int start;
        private int length;

        Part(Scratch scratch, int atMost) {
            w = scratch.array(0, atMost);
            m = scratch.array(1, atMost);
            v = scratch.array(2, atMost);
        }

        void load(int first, int count) {
            start = first;
            length = count;
            weight.floats().get(start, w, 0, length);
            mean.floats().get(start, m, 0, length);
            meanSquare.floats().get(start, v, 0, length);
        }

        void update(float[] gradient, Factors factors) {
            AdamWKernel.update(w, m, v, gradient, length, factors);
        }

        boolean hasZeroMoments() {
            return isZero(m, length) && isZero(v, length);
        }

        /** The step of a part whose moments and gradient are zero. */
        void decay(Factors factors) {
            scale(w, factors.decay, length);
        }

        void store() {
            weight.floats().put(start, w, 0, length);
            mean.floats().put(start, m, 0, length);
            meanSquare.floats().put(start, v, 0, length);
        }
    }

    /**
     * Makes a step.
     *
     * @param gradient of the parameter
     * @param count elements of the parameter
     */
    void update(Workers workers, FloatBuffer gradient, int count, AdamWStep step) {
        Factors factors = Factors.of(step);
        workers.split(count, (scratch, from, to) -> {
            Part part = new Part(scratch, CHUNK);
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

    private static void update(float[] w, float[] m, float[] v, float[] g, int length, Factors factors) {
        float decay = factors.decay;
        float beta2 = factors.beta2;
        float newMean = factors.newMean;
        float newSquare = factors.newSquare;
        float stepSize = factors.stepSize;
        float root = factors.root;
        float eps = factors.eps;
        float scale = factors.gradientScale;
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

    private static void scale(float[] values, float factor, int length) {
        for (int i = 0; i < length; i++) {
            values[i] *= factor;
        }
    }
}
