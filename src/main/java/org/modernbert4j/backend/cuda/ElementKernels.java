package org.modernbert4j.backend.cuda;

import org.modernbert4j.backend.DropoutMask;
import org.modernbert4j.backend.OpCall;

/** Launches the kernels of {@code elements.cu}: each element follows from the elements at its index. */
final class ElementKernels {
    private static final int THREADS = 256;

    private ElementKernels() {}

    static void residual(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        add(cuda, in[0], in[1], out[0]);
    }

    /** {@code z = x + y}. */
    static void add(CudaBackend cuda, CudaArray x, CudaArray y, CudaArray z) {
        cuda.device.launch("elements.add", over(z), x, y, z, z.length());
    }

    /** {@code y = a x + b y}. */
    static void add(CudaBackend cuda, double a, CudaArray x, double b, CudaArray y) {
        cuda.device.launch("elements.add_scaled", over(y), a, x, b, y, y.length());
    }

    static void fill(CudaBackend cuda, float value, CudaArray y) {
        cuda.device.launch("elements.fill", over(y), value, y, y.length());
    }

    /** Inverted dropout with a {@link DropoutMask}: the backward pass is the forward pass on the gradient. */
    static void dropout(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        double rate = call.numbers()[0];
        cuda.device.launch(
                "elements.dropout",
                over(out[0]),
                in[0],
                in[1],
                out[0],
                out[0].length(),
                rate,
                (float) (1 / (1 - rate)),
                call.integers()[0],
                DropoutMask.NOTHING_DROPPED);
    }

    private static Grid over(CudaArray array) {
        return Grid.looping(array.length(), THREADS);
    }
}
