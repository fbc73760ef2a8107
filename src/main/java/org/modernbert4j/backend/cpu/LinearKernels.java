package org.modernbert4j.backend.cpu;

import com.google.auto.service.AutoService;
import java.nio.Buffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Map;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.nd4j.NdArray;
import org.nd4j.linalg.api.buffer.DataType;

/** Products with weights and what belongs to them, in the precision of the operands. */
@AutoService(CpuKernels.class)
public final class LinearKernels implements CpuKernels {
    @Override
    public Map<String, CpuKernel> byOp() {
        return Map.of(
                "modernbert_linear", LinearKernels::forward,
                "modernbert_linear_dx", LinearKernels::inputGradient,
                "modernbert_linear_dw", LinearKernels::weightGradient,
                "modernbert_linear_db", LinearKernels::biasGradient,
                "modernbert_rounding", LinearKernels::round);
    }

    /** The two matrices of a product and the kernel for their type. */
    private record Operands<B extends Buffer>(
            Workers workers, LinearKernel<B> kernel, Matrix<B> left, Matrix<B> right) {
        static Operands<?> of(CpuContext cpu, NdArray[] in) {
            return in[0].type() == DataType.BFLOAT16
                    ? new Operands<>(
                            cpu.workers(),
                            new LinearKernel<>(cpu.bfloat16()),
                            Matrix.ofBfloat16(in[0]),
                            Matrix.ofBfloat16(in[1]))
                    : new Operands<>(
                            cpu.workers(), new LinearKernel<>(cpu.float32OfRows()), Matrix.of(in[0]), Matrix.of(in[1]));
        }

        void forward(FloatBuffer bias, Matrix<FloatBuffer> y) {
            kernel.forward(workers, left, right, bias, y);
        }

        void inputGradient(Matrix<FloatBuffer> dx) {
            kernel.inputGradient(workers, left, right, dx);
        }

        void weightGradient(Matrix<FloatBuffer> dWeight) {
            kernel.weightGradient(workers, left, right, dWeight);
        }
    }

    private static void forward(CpuContext cpu, OpCall call, NdArray[] in, NdArray[] out) {
        Operands.of(cpu, in).forward(in.length > 2 ? in[2].floats() : null, Matrix.of(out[0]));
    }

    private static void inputGradient(CpuContext cpu, OpCall call, NdArray[] in, NdArray[] out) {
        Operands.of(cpu, in).inputGradient(Matrix.of(out[0]));
    }

    private static void weightGradient(CpuContext cpu, OpCall call, NdArray[] in, NdArray[] out) {
        Operands.of(cpu, in).weightGradient(Matrix.of(out[0]));
    }

    private static void biasGradient(CpuContext cpu, OpCall call, NdArray[] in, NdArray[] out) {
        LinearKernel.sumOverRows(cpu.workers(), Matrix.of(in[0]), out[0].floats());
    }

    private static void round(CpuContext cpu, OpCall call, NdArray[] in, NdArray[] out) {
        FloatBuffer x = in[0].floats();
        ShortBuffer rounded = out[0].bfloats();
        Bfloat16Gemm gemm = cpu.bfloat16();
        cpu.workers().split(Math.toIntExact(in[0].length()), (scratch, from, to) -> gemm.round(x, rounded, from, to));
    }
}
