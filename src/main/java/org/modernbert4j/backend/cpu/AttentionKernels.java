package org.modernbert4j.backend.cpu;

import org.modernbert4j.backend.AttentionGeometry;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.backend.Segments;
import org.modernbert4j.backend.cpu.AttentionKernel.Gradients;
import org.modernbert4j.backend.cpu.AttentionKernel.Inputs;
import org.modernbert4j.backend.cpu.AttentionKernel.Outputs;
import org.modernbert4j.backend.nd4j.NdArray;

/** Rotary attention, in the precision that the op's attributes give. */
final class AttentionKernels {
    private AttentionKernels() {}

    private static AttentionKernel<?> kernel(CpuBackend cpu, OpCall call) {
        return AttentionGeometry.precision(call.integers()) == Precision.BFLOAT16
                ? new AttentionKernel<>(cpu.bfloat16())
                : new AttentionKernel<>(cpu.float32);
    }

    static void forward(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        kernel(cpu, call)
                .forward(
                        cpu.workers,
                        AttentionGeometry.of(call.integers()),
                        new Segments(in[4].integers(), in[5].integers()),
                        inputs(in, 0),
                        new Outputs(Matrix.of(out[0]), Matrix.of(out[1])));
    }

    static void backward(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        kernel(cpu, call)
                .backward(
                        cpu.workers,
                        AttentionGeometry.of(call.integers()),
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
