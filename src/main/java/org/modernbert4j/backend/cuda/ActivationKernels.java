package org.modernbert4j.backend.cuda;

import org.modernbert4j.backend.OpCall;

/** Launches the kernels of {@code activations.cu}. */
final class ActivationKernels {
    private static final int THREADS = 256;

    private ActivationKernels() {}

    static void forward(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        CudaArray x = in[0];
        cuda.device.launch("activations.activation", over(x.length()), x, out[0], x.length(), function(call));
    }

    static void inputGradient(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        CudaArray x = in[1];
        cuda.device.launch("activations.activation_dx", over(x.length()), in[0], x, out[0], x.length(), function(call));
    }

    private static int function(OpCall call) {
        return (int) call.integers()[0];
    }

    static void geglu(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        CudaArray ab = in[0];
        long count = ab.length() / 2;
        cuda.device.launch("activations.geglu", over(count), ab, Result.of(out), count, ab.columns() / 2);
    }

    static void gegluGradient(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        CudaArray dy = in[0];
        cuda.device.launch(
                "activations.geglu_dx", over(dy.length()), dy, in[1], Result.of(out), dy.length(), dy.columns());
    }

    private static Grid over(long count) {
        return Grid.looping(count, THREADS);
    }
}
