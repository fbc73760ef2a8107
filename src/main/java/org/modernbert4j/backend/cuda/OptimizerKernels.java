package org.modernbert4j.backend.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.modernbert4j.backend.AdamWFactors;
import org.modernbert4j.backend.AdamWStep;
import org.modernbert4j.backend.AdamWTable;
import org.modernbert4j.backend.AdamWUpdate;
import org.modernbert4j.backend.Array;
import org.nd4j.linalg.api.buffer.DataType;

/** Launches the kernels of {@code optimizer.cu}. */
final class OptimizerKernels {
    private static final int THREADS = 256;

    private OptimizerKernels() {}

    private static final ListParameter<CudaArray> NUMBERS =
            new ListParameter<>(160, 3 * Long.BYTES, CudaArray::length, (to, x, firstBlock) -> to.putLong(x.address())
                    .putLong(x.length())
                    .putLong(firstBlock));

    private static final ListParameter<AdamWUpdate> UPDATES = new ListParameter<>(
            50, 6 * Long.BYTES + 8 * Float.BYTES, update -> update.weight().length(), (to, update, firstBlock) -> {
                for (Array array : List.of(update.weight(), update.mean(), update.meanSquare(), update.gradient())) {
                    to.putLong(((CudaArray) array).address());
                }
                to.putLong(update.weight().length()).putLong(firstBlock).put(factors(update.step()));
            });

    private static byte[] factors(AdamWStep step) {
        AdamWFactors f = AdamWFactors.of(step);
        ByteBuffer bytes = ByteBuffer.allocate(8 * Float.BYTES).order(ByteOrder.nativeOrder());
        bytes.putFloat(f.decay()).putFloat(f.beta2()).putFloat(f.newMean()).putFloat(f.newSquare());
        bytes.putFloat(f.stepSize()).putFloat(f.root()).putFloat(f.eps()).putFloat(f.gradientScale());
        return bytes.array();
    }

    /** The Euclidean norm of all elements of all arrays together. Its order of additions is the same on each device. */
    static double norm(CudaBackend cuda, List<CudaArray> arrays) {
        int parts = Math.toIntExact(arrays.stream()
                .mapToLong(x -> Grid.ceil(x.length(), ListParameter.PART))
                .sum());
        CudaArray sums = cuda.take(DataType.DOUBLE, parts);
        CudaArray sum = cuda.take(DataType.DOUBLE, 1);
        int[] first = new int[1];
        NUMBERS.launch(arrays, (list, blocks) -> {
            cuda.device.launch("optimizer.squares", summing(blocks), list, sums, first[0], (long) ListParameter.PART);
            first[0] += blocks;
        });
        cuda.device.launch("optimizer.sum_all", summing(1), sums, sum, parts);
        double squares = cuda.doubles(sum)[0];
        cuda.give(sums);
        cuda.give(sum);
        return Math.sqrt(squares);
    }

    private static Grid summing(int blocks) {
        return Grid.blocks(blocks, THREADS).shared(THREADS / 32 * Double.BYTES);
    }

    static void adamW(CudaBackend cuda, List<AdamWUpdate> updates) {
        UPDATES.launch(
                updates,
                (list, blocks) -> cuda.device.launch(
                        "optimizer.adamw", Grid.blocks(blocks, THREADS), list, (long) ListParameter.PART));
    }

    /** A table whose rows all take part in each step, which takes a device less time than to keep account of late rows. */
    static AdamWTable table(CudaBackend cuda, CudaArray weight, CudaArray mean, CudaArray meanSquare) {
        return new AdamWTable() {
            @Override
            public void prepare(int[] rows) {} // all rows are up to date after each step

            @Override
            public void update(int[] rows, Array gradient, AdamWStep step) {
                CudaArray places = cuda.take(DataType.INT32, weight.rows());
                cuda.fill(places, (byte) -1);
                try (CudaArray numbers = cuda.upload(rows)) {
                    cuda.device.launch(
                            "optimizer.places",
                            Grid.blocks(Grid.ceil(rows.length, THREADS), THREADS),
                            numbers,
                            places,
                            rows.length);
                }
                cuda.device.launch(
                        "optimizer.adamw_table",
                        Grid.looping(weight.length(), THREADS),
                        weight,
                        mean,
                        meanSquare,
                        gradient,
                        places,
                        weight.length(),
                        weight.columns(),
                        factors(step));
                cuda.give(places);
            }

            @Override
            public void flush() {}
        };
    }
}
