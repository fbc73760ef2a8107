package org.modernbert4j.backend.cuda;

import org.modernbert4j.backend.OpCall;
import org.nd4j.linalg.api.buffer.DataType;

/** Launches the kernels of {@code norms.cu}: layer normalisation and its gradients. */
final class NormKernels {
    private static final int THREADS = 128;

    /** Rows of a block, one for each warp. */
    private static final int ROWS = THREADS / 32;

    /** Rows whose products a block adds up. */
    private static final int PART = 32;

    private NormKernels() {}

    static void forward(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        CudaArray x = in[0];
        CudaArray beta = in.length > 2 ? in[2] : null;
        cuda.device.launch(
                "norms.layer_norm", ofRows(x), x, in[1], beta, Result.of(out), x.rows(), x.columns(), eps(call));
    }

    static void inputGradient(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        CudaArray x = in[1];
        CudaArray passed = in.length > 3 ? in[3] : null;
        cuda.device.launch(
                "norms.layer_norm_dx",
                ofRows(x),
                in[0],
                x,
                in[2],
                passed,
                Result.of(out),
                x.rows(),
                x.columns(),
                eps(call));
    }

    static void gammaGradient(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        CudaArray x = in[1];
        int width = x.columns();
        int parts = Math.toIntExact(Grid.ceil(x.rows(), PART));
        CudaArray partial = cuda.take(DataType.FLOAT, parts, width);
        cuda.device.launch(
                "norms.layer_norm_dgamma",
                Grid.blocks(parts, THREADS).shared(PART * 2 * Float.BYTES),
                in[0],
                x,
                partial,
                x.rows(),
                width,
                PART,
                eps(call));
        cuda.device.launch(
                "norms.layer_norm_dgamma_sum",
                Grid.blocks(Grid.ceil(width, THREADS), THREADS),
                partial,
                out[0],
                parts,
                width);
        cuda.give(partial);
    }

    private static Grid ofRows(CudaArray x) {
        return Grid.blocks(Grid.ceil(x.rows(), ROWS), THREADS);
    }

    private static float eps(OpCall call) {
        return (float) call.numbers()[0];
    }
}
