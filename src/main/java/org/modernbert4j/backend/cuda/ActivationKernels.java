package org.modernbert4j.backend.cuda;

import org.modernbert4j.backend.OpCall;

/** Launches the kernels of {@code activations.cu}. */
final class ActivationKernels {
    private static final int THREADS = 256;

    private ActivationKernels() {}

    static void forward(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        CudaArray x = in[0];
        cuda.device.launch("activations.activation", over(x), x, out[0], x.length(), function(call));
    }

    static void inputGradient(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        CudaArray x = in[1];
        cuda.device.launch("activations.activation_dx", over(x), in[0], x, out[0], x.length(), function(call));
    }

    private static int function(OpCall call) {
        return (int) call.integers()[0];
    }

    static void geglu(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        CudaArray y = out[0];
        cuda.device.launch("activations.geglu", over(y), in[0], y, y.length(), y.columns());
    }

    static void gegluGradient(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        CudaArray dy = in[0];
        cuda.device.launch("activations.geglu_dx", over(dy), dy, in[1], out[0], dy.length(), dy.columns());
    }

    private static Grid over(CudaArray array) {
        return Grid.looping(array.length(), THREADS);
    }
}
