package org.modernbert4j.backend.cpu;

import com.google.auto.service.AutoService;
import java.util.Map;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.Segments;
import org.modernbert4j.backend.cpu.LstmKernel.States;
import org.modernbert4j.backend.nd4j.NdArray;

/** The recurrence of an LSTM. */
@AutoService(CpuKernels.class)
public final class LstmKernels implements CpuKernels {
    @Override
    public Map<String, CpuKernel> byOp() {
        return Map.of("modernbert_lstm_scan", LstmKernels::forward, "modernbert_lstm_scan_dx", LstmKernels::backward);
    }

    private static void forward(CpuContext cpu, OpCall call, NdArray[] in, NdArray[] out) {
        LstmKernel.forward(
                cpu.workers(),
                new Segments(in[3].integers(), in[4].integers()),
                Matrix.of(in[0]),
                Matrix.of(in[1]),
                in[2].floats(),
                new States(Matrix.of(out[0]), Matrix.of(out[1]), Matrix.of(out[2])));
    }

    private static void backward(CpuContext cpu, OpCall call, NdArray[] in, NdArray[] out) {
        LstmKernel.backward(
                cpu.workers(),
                new Segments(in[5].integers(), in[6].integers()),
                Matrix.of(in[0]),
                Matrix.of(in[1]),
                new States(Matrix.of(in[2]), Matrix.of(in[3]), Matrix.of(in[4])),
                Matrix.of(out[0]),
                Matrix.of(out[1]));
    }
}
