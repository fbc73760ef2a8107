package org.modernbert4j.backend.cpu;

import java.nio.FloatBuffer;
import org.modernbert4j.backend.AdamWStep;

/** One step of AdamW (Loshchilov and Hutter 2019) as torch.optim.AdamW computes it. */
public final class AdamWKernel {
    /** Numbers at a time: a small part of a page, so that the processor fetches ahead of all four arrays and not of one after the other. */
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

    private AdamWKernel() {}

    /**
     * Updates a parameter and its moments in place.
     *
     * @param weight the parameter
     * @param mean running mean of its gradient
     * @param meanSquare running mean of its gradient's square
     * @param gradient its gradient
     * @param count elements of each
     */
    public static void update(
            Workers workers,
            FloatBuffer weight,
            FloatBuffer mean,
            FloatBuffer meanSquare,
            FloatBuffer gradient,
            int count,
            AdamWStep step) {
        Factors factors = Factors.of(step);
        workers.split(count, (scratch, from, to) -> {
            int chunk = Math.min(CHUNK, to - from);
            float[] w = scratch.array(0, chunk);
            float[] m = scratch.array(1, chunk);
            float[] v = scratch.array(2, chunk);
            float[] g = scratch.array(3, chunk);
            for (int start = from; start < to; start += CHUNK) {
                int length = Math.min(CHUNK, to - start);
                weight.get(start, w, 0, length);
                mean.get(start, m, 0, length);
                meanSquare.get(start, v, 0, length);
                gradient.get(start, g, 0, length);
                update(w, m, v, g, length, factors);
                weight.put(start, w, 0, length);
                mean.put(start, m, 0, length);
                meanSquare.put(start, v, 0, length);
            }
        });
    }

    static void update(float[] w, float[] m, float[] v, float[] g, int length, Factors factors) {
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
}
