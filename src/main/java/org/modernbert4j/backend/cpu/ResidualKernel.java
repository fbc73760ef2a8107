package org.modernbert4j.backend.cpu;

import com.google.auto.service.AutoService;
import java.nio.FloatBuffer;
import java.util.Map;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.nd4j.NdArray;

/** The sum of two matrices. */
@AutoService(CpuKernels.class)
public final class ResidualKernel implements CpuKernels {
    @Override
    public Map<String, CpuKernel> byOp() {
        return Map.of("modernbert_residual", ResidualKernel::add);
    }

    private static void add(CpuContext cpu, OpCall call, NdArray[] in, NdArray[] out) {
        FloatBuffer x = in[0].floats();
        FloatBuffer y = in[1].floats();
        FloatBuffer sum = out[0].floats();
        int width = in[0].columns();
        cpu.workers().split(in[0].rows(), (scratch, from, to) -> {
            float[] left = scratch.array(0, width);
            float[] right = scratch.array(1, width);
            for (int row = from; row < to; row++) {
                x.get(row * width, left, 0, width);
                y.get(row * width, right, 0, width);
                for (int i = 0; i < width; i++) {
                    left[i] += right[i];
                }
                sum.put(row * width, left, 0, width);
            }
        });
    }
}
