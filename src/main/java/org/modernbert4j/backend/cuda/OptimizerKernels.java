package org.modernbert4j.backend.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.modernbert4j.backend.AdamWFactors;
import org.modernbert4j.backend.AdamWStep;
import org.modernbert4j.backend.AdamWTable;
import org.modernbert4j.backend.Array;
import org.nd4j.linalg.api.buffer.DataType;

/** Launches the kernels of {@code optimizer.cu}. */
final class OptimizerKernels {
    private static final int THREADS = 256;

    /** Elements whose squares a block sums. */
    private static final int PART = 1 << 14;

    private OptimizerKernels() {}

    /** The Euclidean norm of all elements of all arrays together. Its order of additions is the same on each device. */
    static double norm(CudaBackend cuda, List<CudaArray> arrays) {
        int[] firstParts = new int[arrays.size() + 1];
        for (int i = 0; i < arrays.size(); i++) {
            firstParts[i + 1] =
                    Math.toIntExact(firstParts[i] + Grid.ceil(arrays.get(i).length(), PART));
        }
        CudaArray sums = cuda.take(DataType.DOUBLE, firstParts[arrays.size()]);
        for (int i = 0; i < arrays.size(); i++) {
            cuda.device.launch(
                    "optimizer.squares",
                    Grid.blocks(firstParts[i + 1] - firstParts[i], THREADS).shared(THREADS / 32 * Double.BYTES),
                    arrays.get(i),
                    sums,
                    firstParts[i],
                    arrays.get(i).length(),
                    (long) PART);
        }
        double[] squares = cuda.doubles(sums);
        cuda.give(sums);
        return Math.sqrt(Arrays.stream(squares).reduce(0, Double::sum));
    }

    static void adamW(
            CudaBackend cuda,
            CudaArray weight,
            CudaArray mean,
            CudaArray meanSquare,
            CudaArray gradient,
            AdamWStep step) {
        launch(cuda, "optimizer.adamw", step, weight.length(), weight, mean, meanSquare, gradient, weight.length());
    }

    /** Launches a kernel whose last parameters are the factors of a step. */
    private static void launch(CudaBackend cuda, String kernel, AdamWStep step, long elements, Object... arguments) {
        AdamWFactors f = AdamWFactors.of(step);
        List<Object> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(List.of(
                f.decay(), f.beta2(), f.newMean(), f.newSquare(), f.stepSize(), f.root(), f.eps(), f.gradientScale()));
        cuda.device.launch(kernel, Grid.looping(elements, THREADS), all.toArray());
    }

    /** A table whose rows all take part in each step, which takes a device less time than to keep account of late rows. */
    static AdamWTable table(CudaBackend cuda, CudaArray weight, CudaArray mean, CudaArray meanSquare) {
        return new AdamWTable() {
            @Override
            public void prepare(int[] rows) {} // all rows are up to date after each step

            @Override
            public void update(int[] rows, Array gradient, AdamWStep step) {
                int[] places = new int[weight.rows()];
                Arrays.fill(places, -1);
                for (int i = 0; i < rows.length; i++) {
                    places[rows[i]] = i;
                }
                try (CudaArray place = cuda.upload(places)) {
                    launch(
                            cuda,
                            "optimizer.adamw_table",
                            step,
                            weight.length(),
                            weight,
                            mean,
                            meanSquare,
                            gradient,
                            place,
                            weight.length(),
                            weight.columns());
                }
            }

            @Override
            public void flush() {}
        };
    }
}
