package org.modernbert4j.ops.kernel;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * The recurrence of a one-layer LSTM as torch.nn.LSTM defines it, gates in the order input, forget, cell, output. The product of
 * the inputs with their weights is done beforehand, over all rows at once; what is left here is the state's part, step by step.
 *
 * <p>Texts run side by side in groups whose size does not follow from the number of workers, as the last bits of a product
 * depend on its size. Texts that have ended drop out.
 */
public final class LstmKernel {
    private static final int GATES = 4;
    private static final int GROUP = 8;
    private final Gemm<FloatBuffer> gemm;

    /** @param gemm does the products */
    public LstmKernel(Gemm<FloatBuffer> gemm) {
        this.gemm = gemm;
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
    public void forward(
            Workers workers,
            Segments segments,
            FloatBuffer projected,
            FloatBuffer weight,
            FloatBuffer bias,
            FloatBuffer state,
            FloatBuffer cell,
            FloatBuffer gates,
            int hidden) {
        int wide = GATES * hidden;
        workers.split(segments.texts(), groups(segments), (scratch, firstText, endText) -> {
            FloatBuffer before = scratch.floats(0, (endText - firstText) * hidden);
            FloatBuffer product = scratch.floats(1, (endText - firstText) * wide);
            float[] constant = array(bias, wide);
            float[] z = new float[wide];
            float[] h = new float[hidden];
            float[] c = new float[hidden];
            float[] recurrent = new float[wide];
            int longest = longest(segments, firstText, endText);
            for (int step = 0; step < longest; step++) {
                int running = 0;
                for (int text = firstText; text < endText && step > 0; text++) {
                    if (step < segments.span(text)) {
                        before.put(running++ * hidden, state, (segments.starts()[text] + step - 1) * hidden, hidden);
                    }
                }
                if (running > 0) {
                    gemm.multiply(
                            false, true, running, wide, hidden, 1f, before, 0, hidden, weight, 0, hidden, 0f, product,
                            0, wide);
                }
                running = 0;
                for (int text = firstText; text < endText; text++) {
                    if (step >= segments.span(text)) {
                        continue;
                    }
                    int row = segments.starts()[text] + step;
                    projected.get(row * wide, z);
                    if (step > 0) {
                        product.get(running++ * wide, recurrent);
                        cell.get((row - 1) * hidden, c);
                    } else {
                        Arrays.fill(c, 0f);
                    }
                    activate(z, recurrent, constant, h, c);
                    gates.put(row * wide, z);
                    state.put(row * hidden, h);
                    cell.put(row * hidden, c);
                }
            }
        });
    }

    /** One step of one text: z becomes the gates' activations, c the new cell, h the new state. */
    private static void activate(float[] z, float[] recurrent, float[] bias, float[] h, float[] c) {
        int hidden = h.length;
        for (int i = 0; i < z.length; i++) {
            float sum = z[i] + (recurrent[i] + bias[i]);
            z[i] = i / hidden == 2 ? FloatMath.tanh(sum) : FloatMath.sigmoid(sum);
        }
        for (int i = 0; i < hidden; i++) {
            c[i] = z[hidden + i] * c[i] + z[i] * z[2 * hidden + i];
            h[i] = z[3 * hidden + i] * FloatMath.tanh(c[i]);
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
    public void backward(
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
        int wide = GATES * hidden;
        workers.split(segments.texts(), groups(segments), (scratch, firstText, endText) -> {
            int texts = endText - firstText;
            FloatBuffer dz = scratch.floats(0, texts * wide);
            FloatBuffer carried = scratch.floats(1, texts * hidden);
            float[][] dCells = new float[texts][hidden];
            float[][] dHidden = new float[texts][hidden];
            float[] z = new float[wide];
            float[] c = new float[hidden];
            float[] cBefore = new float[hidden];
            float[] row = new float[hidden];
            for (int step = longest(segments, firstText, endText) - 1; step >= 0; step--) {
                int running = 0;
                for (int text = firstText; text < endText; text++) {
                    if (step >= segments.span(text)) {
                        continue;
                    }
                    int at = segments.starts()[text] + step;
                    gates.get(at * wide, z);
                    cell.get(at * hidden, c);
                    previous(cell, at, step, cBefore);
                    previous(state, at, step, row);
                    before.put(at * hidden, row);
                    dState.get(at * hidden, row);
                    add(dHidden[text - firstText], row);
                    backward(z, c, cBefore, dHidden[text - firstText], dCells[text - firstText]);
                    dProjected.put(at * wide, z);
                    dz.put(running++ * wide, z);
                }
                gemm.multiply(
                        false, false, running, hidden, wide, 1f, dz, 0, wide, weight, 0, hidden, 0f, carried, 0,
                        hidden);
                running = 0;
                for (int text = firstText; text < endText; text++) {
                    if (step < segments.span(text)) {
                        carried.get(running++ * hidden, dHidden[text - firstText]);
                    }
                }
            }
        });
    }

    /** One step of one text: z goes from activations to gradients of their arguments, dc to the gradient of the cell before. */
    private static void backward(float[] z, float[] c, float[] cBefore, float[] dh, float[] dc) {
        int hidden = c.length;
        for (int i = 0; i < hidden; i++) {
            float in = z[i];
            float forget = z[hidden + i];
            float candidate = z[2 * hidden + i];
            float out = z[3 * hidden + i];
            float tanh = FloatMath.tanh(c[i]);
            float dCell = dc[i] + dh[i] * out * (1 - tanh * tanh);
            z[i] = dCell * candidate * in * (1 - in);
            z[hidden + i] = dCell * cBefore[i] * forget * (1 - forget);
            z[2 * hidden + i] = dCell * in * (1 - candidate * candidate);
            z[3 * hidden + i] = dh[i] * tanh * out * (1 - out);
            dc[i] = dCell * forget;
        }
    }

    private static void previous(FloatBuffer states, int row, int step, float[] into) {
        if (step == 0) {
            Arrays.fill(into, 0f);
        } else {
            states.get((row - 1) * into.length, into);
        }
    }

    private static void add(float[] sum, float[] more) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += more[i];
        }
    }

    private static int groups(Segments segments) {
        return (segments.texts() + GROUP - 1) / GROUP;
    }

    private static int longest(Segments segments, int firstText, int endText) {
        int longest = 0;
        for (int text = firstText; text < endText; text++) {
            longest = Math.max(longest, segments.span(text));
        }
        return longest;
    }

    private static float[] array(FloatBuffer buffer, int length) {
        float[] array = new float[length];
        buffer.get(0, array);
        return array;
    }
}
