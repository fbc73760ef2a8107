package org.modernbert4j.ops.kernel;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The recurrence of a one-layer LSTM as torch.nn.LSTM defines it, gates in the order input, forget, cell, output. The product of
 * the inputs with their weights is done beforehand, over all rows at once; what is left here is the state's part, step by step.
 *
 * <p>The workers share the hidden units, not the texts: each has the weights of its own units at hand, reordered once, and runs
 * them over all texts side by side. Between two steps they wait for one another, as each needs the others' results. Texts that
 * have ended drop out: longer ones lie first.
 */
public final class LstmKernel {
    private static final int GATES = 4;
    private static final RowMath MATH = RowMath.FASTEST;

    private LstmKernel() {}

    /**
     * The hidden units of one worker, in panels as wide as {@link RowMath#addProduct} has them.
     *
     * @param first the first unit
     * @param count how many there are
     * @param span how many there are with those that fill up the last panel; what they hold goes nowhere
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

        /** Where a panel of one gate's weights begins among those of all, in elements; each has {@code hidden} rows. */
        private int panel(int start, int gate) {
            return start * GATES * hidden + gate * hidden * MATH.productColumns();
        }

        /** The weights that lead from all units to the gates of these: panels of W transposed. */
        void panelsOfGates(FloatBuffer weight, float[] row, float[] panels) {
            int width = MATH.productColumns();
            for (int unit = 0; unit < count; unit++) {
                for (int gate = 0; gate < GATES; gate++) {
                    weight.get((gate * hidden + first + unit) * hidden, row, 0, hidden);
                    int at = panel(unit / width * width, gate) + unit % width;
                    for (int k = 0; k < hidden; k++) {
                        panels[at + k * width] = row[k];
                    }
                }
            }
        }

        /** The weights that lead from these units to the gates of all: panels of W. */
        void panelsOfUnits(FloatBuffer weight, float[] panels) {
            int width = MATH.productColumns();
            for (int start = 0; start < span; start += width) {
                for (int gate = 0; gate < GATES; gate++) {
                    for (int k = 0; k < hidden; k++) {
                        weight.get(
                                (gate * hidden + k) * hidden + first + start,
                                panels,
                                panel(start, gate) + k * width,
                                Math.min(width, count - start));
                    }
                }
            }
        }

        /**
         * Adds products with all panels, over whole groups of texts.
         *
         * @param x a row each {@code xStride} elements for every text; a gate's part of it begins {@code xGate} after the last
         * @param z a row each {@code zStride} elements for every text; a gate's part of it begins {@code zGate} after the last
         */
        void addProducts(
                int texts, float[] x, int xStride, int xGate, float[] panels, float[] z, int zStride, int zGate) {
            for (int start = 0; start < span; start += MATH.productColumns()) {
                for (int gate = 0; gate < GATES; gate++) {
                    for (int text = 0; text < texts; text += RowMath.PRODUCT_ROWS) {
                        MATH.addProduct(
                                x,
                                text * xStride + gate * xGate,
                                xStride,
                                hidden,
                                panels,
                                panel(start, gate),
                                z,
                                text * zStride + gate * zGate + start,
                                zStride);
                    }
                }
            }
        }

        /** Reads this part of a row, gate after gate. */
        void getGates(FloatBuffer rows, int row, float[] part, int at) {
            for (int gate = 0; gate < GATES; gate++) {
                rows.get((row * GATES + gate) * hidden + first, part, at + gate * span, count);
            }
        }

        void putGates(FloatBuffer rows, int row, float[] part, int at) {
            for (int gate = 0; gate < GATES; gate++) {
                rows.put((row * GATES + gate) * hidden + first, part, at + gate * span, count);
            }
        }

        void get(FloatBuffer rows, int row, float[] part) {
            rows.get(row * hidden + first, part, 0, count);
        }

        void put(FloatBuffer rows, int row, float[] part, int at) {
            rows.put(row * hidden + first, part, at, count);
        }
    }

    /**
     * The rows of the texts, step by step.
     *
     * @param starts the first row of each text, longer texts first
     * @param spans how many rows each has
     */
    private record Steps(int[] starts, int[] spans) {
        static Steps of(Segments segments) {
            int[] order = IntStream.range(0, segments.texts())
                    .boxed()
                    .sorted(Comparator.comparing(segments::span).reversed())
                    .mapToInt(Integer::intValue)
                    .toArray();
            return new Steps(
                    Arrays.stream(order).map(text -> segments.starts()[text]).toArray(),
                    Arrays.stream(order).map(segments::span).toArray());
        }

        int count() {
            return spans.length == 0 ? 0 : spans[0];
        }

        /** How many texts have a row in this step: these come first. */
        int running(int step) {
            int texts = 0;
            while (texts < spans.length && spans[texts] > step) {
                texts++;
            }
            return texts;
        }

        /** How many texts there are in whole groups of a product. */
        int padded() {
            return (spans.length + RowMath.PRODUCT_ROWS - 1) / RowMath.PRODUCT_ROWS * RowMath.PRODUCT_ROWS;
        }
    }

    /**
     * Runs over all rows of each text, padding too: what comes after the last token changes nothing before it.
     *
     * @param projected {@code [rows, 4 * hidden]}: the inputs times their weights, plus their bias
     * @param weight {@code [4 * hidden, hidden]}
     * @param bias {@code [4 * hidden]}
     * @param state {@code [rows, hidden]}: h after each row
     * @param cell {@code [rows, hidden]}: c after each row
     * @param gates {@code [rows, 4 * hidden]}: the gates' activations, for the backward pass
     */
    public static void forward(
            Workers workers,
            Segments segments,
            FloatBuffer projected,
            FloatBuffer weight,
            FloatBuffer bias,
            FloatBuffer state,
            FloatBuffer cell,
            FloatBuffer gates,
            int hidden) {
        Steps steps = Steps.of(segments);
        workers.steps(steps.count(), Units.panels(hidden), (scratch, step, from, to) -> {
            Units units = Units.ofPanels(from, to, hidden);
            int span = units.span();
            int wide = GATES * span;
            float[] panels = scratch.array(0, wide * hidden);
            float[] constant = scratch.array(1, wide);
            float[] before = scratch.array(2, steps.padded() * hidden);
            float[] z = scratch.array(3, steps.padded() * wide);
            float[] c = scratch.array(4, steps.padded() * span);
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
                add(z, text * wide, constant, wide);
                if (step > 0) {
                    state.get((row - 1) * hidden, before, text * hidden, hidden);
                }
            }
            if (step > 0) {
                units.addProducts(running, before, hidden, 0, panels, z, wide, span);
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

    /** One step of one text: z becomes the gates' activations, c the new cell, h the new state. */
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
     * Computes the gradients.
     *
     * @param dState {@code [rows, hidden]}: the gradient of every state
     * @param weight {@code [4 * hidden, hidden]}
     * @param state {@code [rows, hidden]}, as the forward pass gave it
     * @param cell {@code [rows, hidden]}, as the forward pass gave it
     * @param gates {@code [rows, 4 * hidden]}, as the forward pass gave them
     * @param dProjected {@code [rows, 4 * hidden]}: result
     * @param before {@code [rows, hidden]}: result, the state that each row started from: with {@code dProjected} it gives the
     *     gradient of the weight
     */
    public static void backward(
            Workers workers,
            Segments segments,
            FloatBuffer dState,
            FloatBuffer weight,
            FloatBuffer state,
            FloatBuffer cell,
            FloatBuffer gates,
            FloatBuffer dProjected,
            FloatBuffer before,
            int hidden) {
        Steps steps = Steps.of(segments);
        int wide = GATES * hidden;
        workers.steps(steps.count(), Units.panels(hidden), (scratch, done, from, to) -> {
            Units units = Units.ofPanels(from, to, hidden);
            int span = units.span();
            float[] panels = scratch.array(0, wide * span);
            float[] dz = scratch.array(1, steps.padded() * wide);
            float[] dHidden = scratch.array(2, steps.padded() * span);
            float[] dCell = scratch.array(3, steps.padded() * span);
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
                dProjected.get((steps.starts()[text] + step + 1) * wide, dz, text * wide, wide);
            }
            Arrays.fill(dHidden, 0, after * span, 0f);
            units.addProducts(after, dz, wide, hidden, panels, dHidden, span, 0);
            Arrays.fill(dHidden, after * span, running * span, 0f); // texts that end here
            Arrays.fill(dCell, after * span, running * span, 0f);
            for (int text = 0; text < running; text++) {
                int row = steps.starts()[text] + step;
                units.getGates(gates, row, z, 0);
                units.get(dState, row, part);
                add(dHidden, text * span, part, span);
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

    /** One step of one text: z goes from activations to gradients of their arguments, dc to the gradient of the cell before. */
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

    /** This part of the row before, or zeros in the first step. */
    private static void previous(Units units, FloatBuffer rows, int row, int step, float[] part) {
        if (step == 0) {
            Arrays.fill(part, 0f);
        } else {
            units.get(rows, row - 1, part);
        }
    }

    private static void add(float[] sum, int at, float[] more, int n) {
        for (int i = 0; i < n; i++) {
            sum[at + i] += more[i];
        }
    }
}
