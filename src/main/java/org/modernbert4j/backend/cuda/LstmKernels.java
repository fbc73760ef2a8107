package org.modernbert4j.backend.cuda;

import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.Segments;
import org.modernbert4j.backend.TextSteps;
import org.nd4j.linalg.api.buffer.DataType;

/** Launches the kernels of {@code lstm.cu}, once for each step of the recurrence. */
final class LstmKernels {
    private static final int THREADS = 256;

    /** Texts of a block. */
    private static final int TEXTS = 16;

    private static final int UNITS_FORWARD = 8;
    private static final int UNITS_BACKWARD = 16;

    /** Numbers of a tile's row, and the distance between two rows. */
    private static final int INNER = 32;

    private static final int STRIDE = INNER + 1;
    private static final int GATES = 4;

    private LstmKernels() {}

    static void forward(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        TextSteps steps = TextSteps.of(new Segments(in[3].integers(), in[4].integers()));
        int hidden = in[1].columns();
        int tiles = TEXTS * STRIDE + GATES * UNITS_FORWARD * STRIDE + TEXTS * GATES * UNITS_FORWARD;
        try (CudaArray rows = cuda.upload(steps.starts())) {
            for (int step = 0; step < steps.count(); step++) {
                int running = steps.running(step);
                cuda.device.launch(
                        "lstm.lstm_step",
                        grid(hidden, UNITS_FORWARD, running).shared(tiles * Float.BYTES),
                        in[0],
                        in[1],
                        in[2],
                        rows,
                        out[0],
                        out[1],
                        out[2],
                        step,
                        running,
                        hidden);
            }
        }
    }

    static void backward(CudaBackend cuda, OpCall call, CudaArray[] in, CudaArray[] out) {
        TextSteps steps = TextSteps.of(new Segments(in[5].integers(), in[6].integers()));
        int hidden = in[1].columns();
        int tiles = TEXTS * STRIDE + INNER * UNITS_BACKWARD;
        CudaArray dCell = cuda.take(DataType.FLOAT, Math.max(1, steps.starts().length), hidden);
        try (CudaArray rows = cuda.upload(steps.starts())) {
            for (int step = steps.count() - 1; step >= 0; step--) {
                int running = steps.running(step);
                cuda.device.launch(
                        "lstm.lstm_step_dx",
                        grid(hidden, UNITS_BACKWARD, running).shared(tiles * Float.BYTES),
                        in[0],
                        in[1],
                        in[2],
                        in[3],
                        in[4],
                        rows,
                        out[0],
                        out[1],
                        dCell,
                        step,
                        running,
                        steps.running(step + 1),
                        hidden);
            }
        }
        cuda.give(dCell);
    }

    private static Grid grid(int hidden, int units, int texts) {
        return Grid.blocks(Grid.ceil(hidden, units), THREADS).times((int) Grid.ceil(texts, TEXTS));
    }
}
