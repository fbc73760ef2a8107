package org.modernbert4j.backend.cpu;

import static org.modernbert4j.backend.cpu.Buffers.assertClose;
import static org.modernbert4j.backend.cpu.Buffers.doubles;
import static org.modernbert4j.backend.cpu.Buffers.input;
import static org.modernbert4j.backend.cpu.Buffers.random;
import static org.modernbert4j.backend.cpu.Buffers.values;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.backend.AdamWStep;
import org.modernbert4j.backend.nd4j.NdArray;

class AdamWKernelTest {
    private static final Workers WORKERS = new Workers(2);

    @AfterAll
    static void close() {
        WORKERS.close();
    }

    /** Algorithm 2 of the paper, eps added after the correction of the mean square. */
    private static void update(double[] weight, double[] mean, double[] meanSquare, double[] gradient, AdamWStep step) {
        for (int i = 0; i < weight.length; i++) {
            double g = gradient[i] * step.gradientScale();
            mean[i] = step.beta1() * mean[i] + (1 - step.beta1()) * g;
            meanSquare[i] = step.beta2() * meanSquare[i] + (1 - step.beta2()) * g * g;
            double corrected = mean[i] / (1 - Math.pow(step.beta1(), step.step()));
            double correctedSquare = meanSquare[i] / (1 - Math.pow(step.beta2(), step.step()));
            weight[i] -= step.learningRate() * step.weightDecay() * weight[i];
            weight[i] -= step.learningRate() * corrected / (Math.sqrt(correctedSquare) + step.eps());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 4097, 20_001}) // around the size of a chunk
    void equalsThePaper(int count) {
        NdArray weight = input(random(count, 1), count);
        NdArray mean = input(Buffers.of(new float[count]), count);
        NdArray meanSquare = input(Buffers.of(new float[count]), count);
        AdamWKernel kernel = AdamWKernel.of(weight, mean, meanSquare);
        double[] expectedWeight = doubles(values(weight));
        double[] expectedMean = new double[count];
        double[] expectedMeanSquare = new double[count];
        for (int number = 1; number <= 12; number++) {
            FloatBuffer gradient = random(count, 100 + number);
            AdamWStep step = new AdamWStep(0.01 / number, 0.1, 0.9, 0.98, 1e-6, number, number % 3 == 0 ? 0.25 : 1);
            kernel.update(WORKERS, gradient, count, step);
            update(expectedWeight, expectedMean, expectedMeanSquare, doubles(gradient), step);
        }
        // a few roundings of 6e-8 a step; (float) 0.98 is off by 2e-8
        assertClose(expectedWeight, values(weight), 2e-6);
        assertClose(expectedMean, values(mean), 2e-6);
        assertClose(expectedMeanSquare, values(meanSquare), 2e-6);
    }
}
