package org.modernbert4j.backend.cpu;

import org.modernbert4j.backend.AttentionGeometry;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.Segments;
import org.modernbert4j.backend.cpu.AttentionKernel.Gradients;
import org.modernbert4j.backend.cpu.AttentionKernel.Inputs;
import org.modernbert4j.backend.cpu.AttentionKernel.Outputs;
import org.modernbert4j.backend.nd4j.NdArray;

/** Rotary attention, in the precision that the op names. */
final class AttentionKernels {
    private AttentionKernels() {}

    private static AttentionGeometry geometry(OpCall call) {
        long[] numbers = call.integers();
        return new AttentionGeometry((int) numbers[0], (int) numbers[1], (int) numbers[2], numbers[3] == 1);
    }

    private static AttentionKernel<?> kernel(CpuBackend cpu, OpCall call) {
        boolean rounded = call.integers()[4] == 1;
        return rounded ? new AttentionKernel<>(cpu.bfloat16()) : new AttentionKernel<>(cpu.float32);
    }

    static void forward(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        kernel(cpu, call)
                .forward(
                        cpu.workers,
                        geometry(call),
                        new Segments(in[4].integers(), in[5].integers()),
                        inputs(in, 0),
                        new Outputs(Matrix.of(out[0]), Matrix.of(out[1])));
    }

    static void backward(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        kernel(cpu, call)
                .backward(
                        cpu.workers,
                        geometry(call),
                        new Segments(in[7].integers(), in[8].integers()),
                        inputs(in, 1),
                        new Outputs(Matrix.of(in[5]), Matrix.of(in[6])),
                        Matrix.of(in[0]),
                        new Gradients(Matrix.of(out[0]), Matrix.of(out[1]), Matrix.of(out[2])));
    }

    private static Inputs inputs(NdArray[] in, int first) {
        return new Inputs(
                Matrix.of(in[first]), Matrix.of(in[first + 1]), Matrix.of(in[first + 2]), Matrix.of(in[first + 3]));
    }
}
