package org.modernbert4j.backend.cuda;

import org.modernbert4j.backend.OpCall;

/** Launches the kernels of {@code texts.cu}: one row for each text, and the gradient of all rows. */
final class TextKernels {
    private static final int THREADS = 128;

    private TextKernels() {}

    static void pool(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        CudaArray y = out[0];
        cuda.device.launch("texts.pool", grid(y), in[0], in[1], in[2], y, y.columns(), (int) call.integers()[0]);
    }

    static void poolGradient(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        CudaArray dy = in[0];
        cuda.device.launch("texts.pool_dx", grid(dy), dy, in[2], in[3], out[0], dy.columns(), (int) call.integers()[0]);
    }

    /** @param y a row for each text */
    private static Grid grid(CudaArray y) {
        return Grid.blocks(y.rows(), THREADS).times((int) Grid.ceil(y.columns(), THREADS));
    }
}
