package org.modernbert4j.backend.cpu;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.Segments;
import org.modernbert4j.backend.TextSteps;
import org.modernbert4j.backend.nd4j.NdArray;

/**
 * The recurrence of a one-layer LSTM as torch.nn.LSTM defines it, gates in the order input, forget, cell, output. The product of
 * the inputs with their weights is computed beforehand, over all rows at once; this kernel adds the product of the state, step by
 * step. All matrices are row-major.
 *
 * <p>The workers share the hidden units, not the texts: each reorders the weights of its own units once and then computes a step
 * of all texts together. Between two steps they wait for one another, because each needs the states of all units. The texts are
 * sorted by length, longest first, so those that still have a row in a step come first.
 */
final class LstmKernel {
    private static final int GATES = 4;
    private static final RowMath MATH = RowMath.fastest();

    private LstmKernel() {}

    /**
     * A row for every text in a Java array.
     *
     * @param stride distance between the rows of neighbouring texts
     * @param gateStride distance, within a row, between the parts of neighbouring gates
     */
    private record TextRows(float[] values, int stride, int gateStride) {}

    /**
     * The hidden units of one worker, in panels as wide as those of {@link RowMath#addProduct}.
     *
     * @param first the first unit
     * @param count number of units
     * @param span number of units with the padding of the last panel
     */
    private record Units(int hidden, int first, int count, int span) {
        static int panels(int hidden) {
            return (hidden + MATH.productColumns() - 1) / MATH.productColumns();
        }

        static Units ofPanels(int from, int to, int hidden) {
            int first = from * MATH.productColumns();
            int span = (to - from) * MATH.productColumns();
            return new Units(hidden, first, Math.min(span, hidden - first), span);
        }

        /** Index of the first element of a gate's panel, {@code [hidden, productColumns()]}, among the panels of all gates. */
        private int panel(int start, int gate) {
            return start * GATES * hidden + gate * hidden * MATH.productColumns();
        }

        /** Copies the weights from all units to the gates of these units: panels of W transposed. */
        void panelsOfGates(Matrix<FloatBuffer> weight, float[] row, float[] panels) {
            int width = MATH.productColumns();
            for (int unit = 0; unit < count; unit++) {
                for (int gate = 0; gate < GATES; gate++) {
                    weight.buffer.get(weight.index(gate * hidden + first + unit, 0), row, 0, hidden);
                    int at = panel(unit / width * width, gate) + unit % width;
                    for (int k = 0; k < hidden; k++) {
                        panels[at + k * width] = row[k];
                    }
                }
            }
        }

        /** Copies the weights from these units to the gates of all units: panels of W. */
        void panelsOfUnits(Matrix<FloatBuffer> weight, float[] panels) {
            int width = MATH.productColumns();
            for (int start = 0; start < span; start += width) {
                for (int gate = 0; gate < GATES; gate++) {
                    for (int k = 0; k < hidden; k++) {
                        int from = weight.index(gate * hidden + k, first + start);
                        int to = panel(start, gate) + k * width;
                        weight.buffer.get(from, panels, to, Math.min(width, count - start));
                    }
                }
            }
        }

        /** Adds the products of x with all panels to z, for whole groups of texts. */
        void addProducts(int texts, TextRows x, float[] panels, TextRows z) {
            for (int start = 0; start < span; start += MATH.productColumns()) {
                for (int gate = 0; gate < GATES; gate++) {
                    for (int text = 0; text < texts; text += RowMath.PRODUCT_ROWS) {
                        MATH.addProduct(
                                x.values,
                                text * x.stride + gate * x.gateStride,
                                x.stride,
                                hidden,
                                panels,
                                panel(start, gate),
                                z.values,
                                text * z.stride + gate * z.gateStride + start,
                                z.stride);
                    }
                }
            }
        }

        /** Reads these units' part of a row, gate after gate. */
        void getGates(Matrix<FloatBuffer> rows, int row, float[] part, int at) {
            FloatBuffer buffer = rows.buffer;
            int from = rows.index(row, first);
            for (int gate = 0; gate < GATES; gate++) {
                buffer.get(from + gate * hidden, part, at + gate * span, count);
            }
        }

        void putGates(Matrix<FloatBuffer> rows, int row, float[] part, int at) {
            FloatBuffer buffer = rows.buffer;
            int to = rows.index(row, first);
            for (int gate = 0; gate < GATES; gate++) {
                buffer.put(to + gate * hidden, part, at + gate * span, count);
            }
        }

        void get(Matrix<FloatBuffer> rows, int row, float[] part) {
            rows.buffer.get(rows.index(row, first), part, 0, count);
        }

        void put(Matrix<FloatBuffer> rows, int row, float[] part, int at) {
            rows.buffer.put(rows.index(row, first), part, at, count);
        }
    }

    /** The number of texts with the padding of the last group of a product. */
    private static int padded(TextSteps steps) {
        return (steps.spans().length + RowMath.PRODUCT_ROWS - 1) / RowMath.PRODUCT_ROWS * RowMath.PRODUCT_ROWS;
    }

    /** Computes the states of all rows of each text, padding included; no row depends on a later one. */
    static void forward(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        Matrix<FloatBuffer> projected =
                Matrix.of(in[0]); // [rows, 4 * hidden]: the inputs times their weights, plus their bias
        Matrix<FloatBuffer> weight = Matrix.of(in[1]); // [4 * hidden, hidden]
        int hidden = weight.columns;
        Matrix<FloatBuffer> bias = Matrix.of(in[2].floats(), 1, GATES * hidden);
        TextSteps steps = TextSteps.of(new Segments(in[3].integers(), in[4].integers()));
        Matrix<FloatBuffer> state = Matrix.of(out[0]); // [rows, hidden]: h after each row
        Matrix<FloatBuffer> cell = Matrix.of(out[1]); // [rows, hidden]: c after each row
        Matrix<FloatBuffer> gates = Matrix.of(out[2]); // [rows, 4 * hidden]: the activations of the gates
        cpu.workers.steps(steps.count(), Units.panels(hidden), (scratch, step, from, to) -> {
            Units units = Units.ofPanels(from, to, hidden);
            int span = units.span();
            int wide = GATES * span;
            float[] panels = scratch.array(0, wide * hidden);
            float[] constant = scratch.array(1, wide);
            float[] before = scratch.array(2, padded(steps) * hidden);
            float[] z = scratch.array(3, padded(steps) * wide);
            float[] c = scratch.array(4, padded(steps) * span);
            float[] h = scratch.array(5, span);
            if (step == 0) {
                units.panelsOfGates(weight, scratch.array(6, hidden), panels);
                units.getGates(bias, 0, constant, 0);
                Arrays.fill(c, 0f);
            }
            int running = steps.running(step);
            for (int text = 0; text < running; text++) {
                int row = steps.starts()[text] + step;
                units.getGates(projected, row, z, text * wide);
                RowMath.add(z, text * wide, constant, wide);
                if (step > 0) {
                    state.buffer.get(state.index(row - 1, 0), before, text * hidden, hidden);
                }
            }
            if (step > 0) {
                units.addProducts(running, new TextRows(before, hidden, 0), panels, new TextRows(z, wide, span));
            }
            for (int text = 0; text < running; text++) {
                int row = steps.starts()[text] + step;
                activate(z, text * wide, span, c, text * span, h);
                units.putGates(gates, row, z, text * wide);
                units.put(cell, row, c, text * span);
                units.put(state, row, h, 0);
            }
        });
    }

    /** One step of one text: z becomes the activations of the gates, c the new cell, h the new state. */
    private static void activate(float[] z, int input, int span, float[] c, int cell, float[] h) {
        int forget = input + span;
        int candidate = forget + span;
        int output = candidate + span;
        MATH.sigmoid(z, input, candidate);
        MATH.tanh(z, candidate, output);
        MATH.sigmoid(z, output, output + span);
        for (int i = 0; i < span; i++) {
            c[cell + i] = z[forget + i] * c[cell + i] + z[input + i] * z[candidate + i];
        }
        System.arraycopy(c, cell, h, 0, span);
        MATH.tanh(h, 0, span);
        for (int i = 0; i < span; i++) {
            h[i] *= z[output + i];
        }
    }

    /**
     * Computes the gradient of the projected inputs, and the state before each row. The gradient of the weight is the product of the
     * former, transposed, with the latter.
     */
    static void backward(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        Matrix<FloatBuffer> dState = Matrix.of(in[0]); // [rows, hidden]: the gradient of every state
        Matrix<FloatBuffer> weight = Matrix.of(in[1]); // [4 * hidden, hidden]
        Matrix<FloatBuffer> state = Matrix.of(in[2]);
        Matrix<FloatBuffer> cell = Matrix.of(in[3]);
        Matrix<FloatBuffer> gates = Matrix.of(in[4]);
        TextSteps steps = TextSteps.of(new Segments(in[5].integers(), in[6].integers()));
        Matrix<FloatBuffer> dProjected = Matrix.of(out[0]); // [rows, 4 * hidden]
        Matrix<FloatBuffer> before = Matrix.of(out[1]); // [rows, hidden]
        int hidden = weight.columns;
        int wide = GATES * hidden;
        cpu.workers.steps(steps.count(), Units.panels(hidden), (scratch, done, from, to) -> {
            Units units = Units.ofPanels(from, to, hidden);
            int span = units.span();
            float[] panels = scratch.array(0, wide * span);
            float[] dz = scratch.array(1, padded(steps) * wide);
            float[] dHidden = scratch.array(2, padded(steps) * span);
            float[] dCell = scratch.array(3, padded(steps) * span);
            float[] z = scratch.array(4, GATES * span);
            float[] c = scratch.array(5, span);
            float[] part = scratch.array(6, span);
            if (done == 0) {
                units.panelsOfUnits(weight, panels);
            }
            int step = steps.count() - 1 - done;
            int running = steps.running(step);
            int after = steps.running(step + 1);
            for (int text = 0; text < after; text++) {
                int next = steps.starts()[text] + step + 1;
                dProjected.buffer.get(dProjected.index(next, 0), dz, text * wide, wide);
            }
            Arrays.fill(dHidden, 0, after * span, 0f);
            units.addProducts(after, new TextRows(dz, wide, hidden), panels, new TextRows(dHidden, span, 0));
            Arrays.fill(dHidden, after * span, running * span, 0f); // texts that end here
            Arrays.fill(dCell, after * span, running * span, 0f);
            for (int text = 0; text < running; text++) {
                int row = steps.starts()[text] + step;
                units.getGates(gates, row, z, 0);
                units.get(dState, row, part);
                RowMath.add(dHidden, text * span, part, span);
                units.get(cell, row, c);
                MATH.tanh(c, 0, span);
                previous(units, cell, row, step, part);
                differentiate(z, c, part, dHidden, dCell, text * span, span);
                units.putGates(dProjected, row, z, 0);
                previous(units, state, row, step, part);
                units.put(before, row, part, 0);
            }
        });
    }

    /** One step of one text: z becomes the gradient of the arguments of the gates, dc that of the cell before. */
    private static void differentiate(
            float[] z, float[] tanh, float[] cBefore, float[] dh, float[] dc, int at, int span) {
        for (int i = 0; i < span; i++) {
            float in = z[i];
            float forget = z[span + i];
            float candidate = z[2 * span + i];
            float out = z[3 * span + i];
            float dCell = dc[at + i] + dh[at + i] * out * (1 - tanh[i] * tanh[i]);
            z[i] = dCell * candidate * in * (1 - in);
            z[span + i] = dCell * cBefore[i] * forget * (1 - forget);
            z[2 * span + i] = dCell * in * (1 - candidate * candidate);
            z[3 * span + i] = dh[at + i] * tanh[i] * out * (1 - out);
            dc[at + i] = dCell * forget;
        }
    }

    /** Reads the units' part of the previous row, or zeros in the first step. */
    private static void previous(Units units, Matrix<FloatBuffer> rows, int row, int step, float[] part) {
        if (step == 0) {
            Arrays.fill(part, 0f);
        } else {
            units.get(rows, row - 1, part);
        }
    }
}
