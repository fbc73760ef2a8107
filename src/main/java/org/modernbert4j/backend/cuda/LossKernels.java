package org.modernbert4j.backend.cuda;

import org.modernbert4j.backend.OpCall;
import org.nd4j.linalg.api.buffer.DataType;

/** Launches the kernels of {@code losses.cu}: softmax cross entropy. */
final class LossKernels {
    private static final int THREADS = 256;
    private static final int WARPS = THREADS / 32;

    private LossKernels() {}

    static void crossEntropy(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        CudaArray logits = in[0];
        CudaArray losses = cuda.take(DataType.DOUBLE, logits.rows());
        cuda.device.launch(
                "losses.cross_entropy",
                Grid.blocks(logits.rows(), THREADS).shared(WARPS * Float.BYTES),
                logits,
                in[1],
                losses,
                logits.columns());
        cuda.device.launch(
                "losses.sum_losses",
                Grid.blocks(1, THREADS).shared(WARPS * Double.BYTES),
                losses,
                in[2],
                out[0],
                logits.rows());
        cuda.give(losses);
    }

    static void crossEntropyGradient(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        CudaArray logits = in[1];
        cuda.device.launch(
                "losses.cross_entropy_dx",
                Grid.blocks(logits.rows(), THREADS).shared(WARPS * Float.BYTES),
                in[0],
                logits,
                in[2],
                in[3],
                out[0],
                logits.columns());
    }
}
