package org.modernbert4j.backend.cuda;

import java.util.Arrays;
import org.modernbert4j.backend.Occurrences;
import org.modernbert4j.backend.OpCall;

/** Launches the kernels of {@code rows.cu}: rows of matrices by number, and their gradients. */
final class RowKernels {
    private static final int THREADS = 128;

    private RowKernels() {}

    static void gather(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        CudaArray y = out[0];
        cuda.device.launch("rows.gather", Grid.blocks(y.rows(), THREADS), in[0], in[1], y, y.columns());
    }

    /** Those rows of a table's gradient that are not zero. */
    static void rowGradients(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        Occurrences occurrences = Occurrences.of(in[1].integers(), (int) call.integers()[0]);
        if (!Arrays.equals(occurrences.ids(), in[2].integers())) {
            throw new IllegalArgumentException("the distinct ids that are fed are not those of the batch");
        }
        sum(cuda, in[0], null, occurrences, null, out[0]);
    }

    /** Adds rows to a table of zeros; ids may repeat. */
    static void spread(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        spread(cuda, in[1].integers(), in[2], out[0]);
    }

    /** Adds rows to a table of zeros; ids may repeat. */
    static void spread(CudaBackend cuda, int[] ids, CudaArray rows, CudaArray table) {
        cuda.fill(table, (byte) 0);
        Occurrences occurrences = Occurrences.of(ids, -1);
        try (CudaArray numbers = cuda.upload(occurrences.ids())) {
            sum(cuda, rows, null, occurrences, numbers, table);
        }
    }

    /**
     * Adds up the rows of each id, in their order.
     *
     * @param second rows whose places follow those of the first; null for none
     * @param numbers the row of the sums for each id; null for the same order
     */
    static void sum(
            CudaBackend cuda,
            CudaArray first,
            CudaArray second,
            Occurrences occurrences,
            CudaArray numbers,
            CudaArray sums) {
        try (CudaArray starts = cuda.upload(occurrences.starts());
                CudaArray places = cuda.upload(occurrences.places())) {
            cuda.device.launch(
                    "rows.sum_rows",
                    Grid.blocks(occurrences.ids().length, THREADS),
                    first,
                    second,
                    first.rows(),
                    starts,
                    places,
                    numbers,
                    sums,
                    sums.columns());
        }
    }
}
