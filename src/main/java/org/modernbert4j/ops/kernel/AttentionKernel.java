package org.modernbert4j.ops.kernel;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Multi-head scaled dot-product attention with rotary positions, text by text: no text sees another, and no query sees padding.
 *
 * <p>Each (text, head) is one piece of work: its queries, keys and values are copied out of the rows into dense scratch, rotated
 * on the way, and blocks of queries meet the keys that any of them may see. Only the log of each query's exponential sum is kept;
 * the backward pass computes the probabilities again. A query that may see no key gives zeros.
 */
public final class AttentionKernel {
    private static final int QUERY_BLOCK = 128;

    /**
     * How the heads are cut and how far they see.
     *
     * @param heads number of heads
     * @param headSize width of a head, even
     * @param radius a query at i sees the keys at j with {@code |i - j| <= radius}; {@link Integer#MAX_VALUE} for all
     */
    public record Geometry(int heads, int headSize, int radius) {
        /** Width of a row. */
        public int hidden() {
            return heads * headSize;
        }

        float scale() {
            return (float) (1 / Math.sqrt(headSize));
        }
    }

    private final Gemm gemm;

    /** @param gemm does the products */
    public AttentionKernel(Gemm gemm) {
        this.gemm = gemm;
    }

    /**
     * Computes the result.
     *
     * @param q {@code [rows, hidden]}, before rotation
     * @param k {@code [rows, hidden]}, before rotation
     * @param v {@code [rows, hidden]}
     * @param rotary {@code [positions, headSize]}: cosines, then sines, of each position's angles
     * @param context {@code [rows, hidden]}: result
     * @param logSumExp {@code [rows, heads]}: result, for the backward pass
     */
    public void forward(
            Workers workers,
            Geometry geometry,
            Segments segments,
            FloatBuffer q,
            FloatBuffer k,
            FloatBuffer v,
            FloatBuffer rotary,
            FloatBuffer context,
            FloatBuffer logSumExp) {
        workers.each(segments.texts() * geometry.heads, (scratch, item) -> new Head(geometry, segments, item, scratch)
                .load(q, k, v, rotary)
                .forward(context, logSumExp));
    }

    /**
     * Computes the gradients.
     *
     * @param dContext {@code [rows, hidden]}
     * @param q {@code [rows, hidden]}, as in the forward pass
     * @param k {@code [rows, hidden]}, as in the forward pass
     * @param v {@code [rows, hidden]}, as in the forward pass
     * @param rotary {@code [positions, headSize]}
     * @param context {@code [rows, hidden]}, as the forward pass gave it
     * @param logSumExp {@code [rows, heads]}, as the forward pass gave it
     * @param dq {@code [rows, hidden]}: result
     * @param dk {@code [rows, hidden]}: result
     * @param dv {@code [rows, hidden]}: result
     */
    public void backward(
            Workers workers,
            Geometry geometry,
            Segments segments,
            FloatBuffer dContext,
            FloatBuffer q,
            FloatBuffer k,
            FloatBuffer v,
            FloatBuffer rotary,
            FloatBuffer context,
            FloatBuffer logSumExp,
            FloatBuffer dq,
            FloatBuffer dk,
            FloatBuffer dv) {
        workers.each(segments.texts() * geometry.heads, (scratch, item) -> new Head(geometry, segments, item, scratch)
                .load(q, k, v, rotary)
                .backward(dContext, context, logSumExp, rotary, dq, dk, dv));
    }

    /** One head of one text. */
    private final class Head {
        private final Geometry geometry;
        private final int size;
        private final int column;
        private final int head;
        private final int firstRow;
        private final int span;
        private final int tokens;
        private final Scratch scratch;
        private final FloatBuffer queries;
        private final FloatBuffer keys;
        private final FloatBuffer values;
        private final float[] row;
        private final float[] turned;

        Head(Geometry geometry, Segments segments, int item, Scratch scratch) {
            this.geometry = geometry;
            this.scratch = scratch;
            int text = item / geometry.heads;
            head = item % geometry.heads;
            size = geometry.headSize;
            column = head * size;
            firstRow = segments.starts()[text];
            span = segments.span(text);
            tokens = segments.lengths()[text];
            queries = scratch.floats(0, span * size);
            keys = scratch.floats(1, span * size);
            values = scratch.floats(2, span * size);
            row = new float[size];
            turned = new float[size];
        }

        /** Copies the head out of the rows; queries and keys rotated, queries scaled as well. */
        Head load(FloatBuffer q, FloatBuffer k, FloatBuffer v, FloatBuffer rotary) {
            float[] angles = new float[size];
            for (int i = 0; i < span; i++) {
                int source = source(i);
                rotary.get(i * size, angles);
                q.get(source, row);
                rotate(angles, 1f, geometry.scale());
                queries.put(i * size, turned);
                k.get(source, row);
                rotate(angles, 1f, 1f);
                keys.put(i * size, turned);
                values.put(i * size, v, source, size);
            }
            return this;
        }

        private int source(int position) {
            return (firstRow + position) * geometry.hidden() + column;
        }

        /** Turns {@link #row} into {@link #turned}, pairing its halves: direction 1 forth, -1 back. */
        private void rotate(float[] angles, float direction, float scale) {
            int half = size / 2;
            for (int i = 0; i < half; i++) {
                float cos = angles[i] * scale;
                float sin = angles[half + i] * direction * scale;
                turned[i] = row[i] * cos - row[half + i] * sin;
                turned[half + i] = row[half + i] * cos + row[i] * sin;
            }
        }

        private int firstKey(int query) {
            return Math.max(0, query - Math.min(geometry.radius, span));
        }

        private int endKey(int query) {
            return Math.min(tokens, query + Math.min(geometry.radius, span) + 1);
        }

        void forward(FloatBuffer context, FloatBuffer logSumExp) {
            float[] zeros = new float[size];
            for (int start = 0; start < span; start += QUERY_BLOCK) {
                int block = Math.min(QUERY_BLOCK, span - start);
                int k0 = firstKey(start);
                int width = endKey(start + block - 1) - k0;
                if (width <= 0) {
                    for (int i = 0; i < block; i++) {
                        context.put(source(start + i), zeros);
                    }
                    continue;
                }
                FloatBuffer scores = scores(start, block, k0, width);
                float[] line = new float[width];
                for (int i = 0; i < block; i++) {
                    int from = Math.min(width, firstKey(start + i) - k0);
                    int to = Math.max(from, endKey(start + i) - k0);
                    scores.get(i * width, line);
                    float sum = softmax(line, from, to);
                    logSumExp.put((firstRow + start + i) * geometry.heads + head, sum);
                    scores.put(i * width, line);
                }
                FloatBuffer out = scratch.floats(4, block * size);
                gemm.multiply(
                        false, false, block, size, width, 1f, scores, 0, width, values, k0 * size, size, 0f, out, 0,
                        size);
                for (int i = 0; i < block; i++) {
                    context.put(source(start + i), out, i * size, size);
                }
            }
        }

        /** Query times key for a block: {@code [block, width]}. */
        private FloatBuffer scores(int start, int block, int k0, int width) {
            FloatBuffer scores = scratch.floats(3, block * width);
            gemm.multiply(
                    false,
                    true,
                    block,
                    width,
                    size,
                    1f,
                    queries,
                    start * size,
                    size,
                    keys,
                    k0 * size,
                    size,
                    0f,
                    scores,
                    0,
                    width);
            return scores;
        }

        void backward(
                FloatBuffer dContext,
                FloatBuffer context,
                FloatBuffer logSumExp,
                FloatBuffer rotary,
                FloatBuffer dq,
                FloatBuffer dk,
                FloatBuffer dv) {
            FloatBuffer dOut = scratch.floats(4, span * size);
            float[] products = loadGradient(dContext, context, dOut);
            FloatBuffer dQueries = scratch.floats(5, span * size);
            FloatBuffer dKeys = scratch.floats(6, span * size);
            FloatBuffer dValues = scratch.floats(7, span * size);
            clear(dQueries);
            clear(dKeys);
            clear(dValues);
            for (int start = 0; start < span; start += QUERY_BLOCK) {
                int block = Math.min(QUERY_BLOCK, span - start);
                int k0 = firstKey(start);
                int width = endKey(start + block - 1) - k0;
                if (width <= 0) {
                    continue;
                }
                FloatBuffer p = scores(start, block, k0, width);
                FloatBuffer ds = scratch.floats(8, block * width);
                gemm.multiply(
                        false,
                        true,
                        block,
                        width,
                        size,
                        1f,
                        dOut,
                        start * size,
                        size,
                        values,
                        k0 * size,
                        size,
                        0f,
                        ds,
                        0,
                        width);
                float[] line = new float[width];
                float[] gradient = new float[width];
                for (int i = 0; i < block; i++) {
                    int from = Math.min(width, firstKey(start + i) - k0);
                    int to = Math.max(from, endKey(start + i) - k0);
                    p.get(i * width, line);
                    ds.get(i * width, gradient);
                    float sum = logSumExp.get((firstRow + start + i) * geometry.heads + head);
                    softmaxGradient(line, gradient, from, to, sum, products[start + i]);
                    p.put(i * width, line);
                    ds.put(i * width, gradient);
                }
                gemm.multiply(
                        true,
                        false,
                        width,
                        size,
                        block,
                        1f,
                        p,
                        0,
                        width,
                        dOut,
                        start * size,
                        size,
                        1f,
                        dValues,
                        k0 * size,
                        size);
                gemm.multiply(
                        true,
                        false,
                        width,
                        size,
                        block,
                        1f,
                        ds,
                        0,
                        width,
                        queries,
                        start * size,
                        size,
                        1f,
                        dKeys,
                        k0 * size,
                        size);
                gemm.multiply(
                        false,
                        false,
                        block,
                        size,
                        width,
                        1f,
                        ds,
                        0,
                        width,
                        keys,
                        k0 * size,
                        size,
                        0f,
                        dQueries,
                        start * size,
                        size);
            }
            storeGradients(rotary, dQueries, dKeys, dValues, dq, dk, dv);
        }

        /** Copies the gradient of the context; gives, for each query, its product with the context. */
        private float[] loadGradient(FloatBuffer dContext, FloatBuffer context, FloatBuffer dOut) {
            float[] products = new float[span];
            for (int i = 0; i < span; i++) {
                dContext.get(source(i), row);
                context.get(source(i), turned);
                dOut.put(i * size, row);
                float sum = 0;
                for (int j = 0; j < size; j++) {
                    sum += row[j] * turned[j];
                }
                products[i] = sum;
            }
            return products;
        }

        private void clear(FloatBuffer buffer) {
            float[] zeros = new float[size];
            for (int i = 0; i < span; i++) {
                buffer.put(i * size, zeros);
            }
        }

        private void storeGradients(
                FloatBuffer rotary,
                FloatBuffer dQueries,
                FloatBuffer dKeys,
                FloatBuffer dValues,
                FloatBuffer dq,
                FloatBuffer dk,
                FloatBuffer dv) {
            float[] angles = new float[size];
            for (int i = 0; i < span; i++) {
                int target = source(i);
                rotary.get(i * size, angles);
                dQueries.get(i * size, row);
                rotate(angles, -1f, geometry.scale());
                dq.put(target, turned);
                dKeys.get(i * size, row);
                rotate(angles, -1f, 1f);
                dk.put(target, turned);
                dv.put(target, dValues, i * size, size);
            }
        }
    }

    /** Turns scores into probabilities between from and to and zeros elsewhere; gives the log of the exponential sum. */
    private static float softmax(float[] line, int from, int to) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int j = from; j < to; j++) {
            largest = line[j] > largest ? line[j] : largest;
        }
        float sum = 0;
        for (int j = from; j < to; j++) {
            line[j] = FloatMath.exp(line[j] - largest);
            sum += line[j];
        }
        float factor = 1f / sum;
        for (int j = from; j < to; j++) {
            line[j] *= factor;
        }
        zeroOutside(line, from, to);
        return largest + (float) Math.log(sum);
    }

    /** Turns scores into probabilities and, beside them, gradients of probabilities into gradients of scores. */
    private static void softmaxGradient(
            float[] line, float[] gradient, int from, int to, float logSumExp, float product) {
        for (int j = from; j < to; j++) {
            line[j] = FloatMath.exp(line[j] - logSumExp);
            gradient[j] = line[j] * (gradient[j] - product);
        }
        zeroOutside(line, from, to);
        zeroOutside(gradient, from, to);
    }

    private static void zeroOutside(float[] line, int from, int to) {
        Arrays.fill(line, 0, from, 0f);
        Arrays.fill(line, to, line.length, 0f);
    }
}
