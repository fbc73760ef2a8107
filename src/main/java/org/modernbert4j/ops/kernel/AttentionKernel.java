package org.modernbert4j.ops.kernel;

import java.nio.Buffer;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Multi-head scaled dot-product attention with rotary positions, text by text: no text sees another, and no query sees padding.
 *
 * <p>Each (text, head) is one piece of work: its queries, keys and values are copied out of the rows into dense scratch, rotated
 * on the way, and blocks of queries meet the keys that any of them may see. Only the log of each query's exponential sum is kept;
 * the backward pass computes the probabilities again. A query that may see no key gives zeros.
 *
 * <p>Products are filled up with zeros to a grid of sizes: libraries are faster at them, and those that compile code for each size
 * have few to compile, whatever the lengths of the texts.
 *
 * @param <B> memory of the products' operands; all else is float32
 */
public final class AttentionKernel<B extends Buffer> {
    /** Queries that meet their keys together where most see most. */
    private static final int GLOBAL_BLOCK = 128;

    /** The same where each sees a window of a longer text, so that not too much is computed that nobody sees. */
    private static final int WINDOW_BLOCK = 64;

    /** Scores are worked on in groups of so many, a multiple of any processor's vectors. */
    private static final int GROUP = 16;

    /** Sizes of products are multiples of it, or one. */
    private static final int GRID = 32;

    /** Which rows ask: those of {@code q}, of its gradient, of the context and of the exponential sums. */
    public enum Queries {
        /** All rows. */
        EVERY_ROW,
        /** The first row of each text alone, so that those are {@code [texts, ...]}. */
        FIRST_ROW
    }

    /**
     * How the heads are cut and how far they see.
     *
     * @param heads number of heads
     * @param headSize width of a head, even
     * @param radius a query at i sees the keys at j with {@code |i - j| <= radius}; {@link Integer#MAX_VALUE} for all
     * @param queries which rows ask
     */
    public record Geometry(int heads, int headSize, int radius, Queries queries) {
        /** Every row asks. */
        public Geometry(int heads, int headSize, int radius) {
            this(heads, headSize, radius, Queries.EVERY_ROW);
        }

        /** Width of a row. */
        public int hidden() {
            return heads * headSize;
        }

        float scale() {
            return (float) (1 / Math.sqrt(headSize));
        }
    }

    private final Gemm<B> gemm;

    /** @param gemm does the products */
    public AttentionKernel(Gemm<B> gemm) {
        this.gemm = gemm;
    }

    /**
     * Computes the result.
     *
     * @param q {@code [queries, hidden]}, before rotation
     * @param k {@code [rows, hidden]}, before rotation
     * @param v {@code [rows, hidden]}
     * @param rotary {@code [positions, headSize]}: cosines, then sines, of each position's angles
     * @param context {@code [queries, hidden]}: result
     * @param logSumExp {@code [queries, heads]}: result, for the backward pass
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
     * @param dContext {@code [queries, hidden]}
     * @param q {@code [queries, hidden]}, as in the forward pass
     * @param k {@code [rows, hidden]}, as in the forward pass
     * @param v {@code [rows, hidden]}, as in the forward pass
     * @param rotary {@code [positions, headSize]}
     * @param context {@code [queries, hidden]}, as the forward pass gave it
     * @param logSumExp {@code [queries, heads]}, as the forward pass gave it
     * @param dq {@code [queries, hidden]}: result
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
        private final int firstQuery;
        private final int asking;
        private final int queryBlock;
        private final int tokens;
        private final Scratch scratch;
        private B queries;
        private B keys;
        private B values;
        private final float[] row;
        private final float[] angles;

        Head(Geometry geometry, Segments segments, int item, Scratch scratch) {
            this.geometry = geometry;
            this.scratch = scratch;
            int text = item / geometry.heads;
            head = item % geometry.heads;
            size = geometry.headSize;
            column = head * size;
            firstRow = segments.starts()[text];
            span = segments.span(text);
            boolean all = geometry.queries == Queries.EVERY_ROW;
            firstQuery = all ? firstRow : text;
            asking = all ? span : Math.min(1, span);
            queryBlock = span > 2L * geometry.radius + 1 ? WINDOW_BLOCK : GLOBAL_BLOCK;
            tokens = segments.lengths()[text];
            row = scratch.array(0, size);
            angles = scratch.array(1, size);
        }

        /** Copies the head out of the rows; queries and keys rotated, queries scaled as well. */
        Head load(FloatBuffer q, FloatBuffer k, FloatBuffer v, FloatBuffer rotary) {
            FloatBuffer ownQueries = scratch.floats(0, queryRows() * size);
            FloatBuffer ownKeys = scratch.floats(1, keyRows() * size);
            FloatBuffer ownValues = scratch.floats(2, keyRows() * size);
            for (int i = 0; i < span; i++) {
                rotary.get(i * size, angles, 0, size);
                if (i < asking) {
                    rotate(q, at(firstQuery + i), ownQueries, i * size, 1f, geometry.scale());
                }
                rotate(k, at(firstRow + i), ownKeys, i * size, 1f, 1f);
                ownValues.put(i * size, v, at(firstRow + i), size);
            }
            clear(ownQueries, asking, queryRows());
            clear(ownKeys, span, keyRows());
            clear(ownValues, span, keyRows());
            queries = gemm.operand(ownQueries, queryRows() * size, scratch, 0);
            keys = gemm.operand(ownKeys, keyRows() * size, scratch, 1);
            values = gemm.operand(ownValues, keyRows() * size, scratch, 2);
            return this;
        }

        private int queryRows() {
            return onGrid(asking);
        }

        /** Blocks see keys from any on. */
        private int keyRows() {
            return span + GRID;
        }

        /** Copies a row, turned by {@link #angles}: direction 1 forth, -1 back. */
        private void rotate(FloatBuffer from, int source, FloatBuffer to, int target, float direction, float scale) {
            from.get(source, row, 0, size);
            RowMath.FASTEST.rotate(row, angles, size, scale, direction * scale);
            to.put(target, row, 0, size);
        }

        /** Where this head begins in a row. */
        private int at(int row) {
            return row * geometry.hidden() + column;
        }

        private int firstKey(int query) {
            return Math.max(0, query - Math.min(geometry.radius, span));
        }

        private int endKey(int query) {
            return Math.min(tokens, query + Math.min(geometry.radius, span) + 1);
        }

        void forward(FloatBuffer context, FloatBuffer logSumExp) {
            for (int start = 0; start < asking; start += queryBlock) {
                int block = Math.min(queryBlock, asking - start);
                int k0 = firstKey(start);
                int width = onGrid(endKey(start + block - 1) - k0);
                if (width <= 0) {
                    Arrays.fill(row, 0, size, 0f);
                    for (int i = 0; i < block; i++) {
                        context.put(at(firstQuery + start + i), row, 0, size);
                    }
                    continue;
                }
                FloatBuffer scores = scores(start, block, k0, width);
                float[] factors = softmax(scores, start, block, k0, width, logSumExp);
                int rows = onGrid(block);
                B p = gemm.operand(scores, rows * width, scratch, 3);
                FloatBuffer out = scratch.floats(4, rows * size);
                gemm.multiply(
                        false, false, rows, size, width, p, 0, width, values, k0 * size, size, false, out, 0, size);
                for (int i = 0; i < block; i++) {
                    out.get(i * size, row, 0, size);
                    scale(row, size, factors[i]);
                    context.put(at(firstQuery + start + i), row, 0, size);
                }
            }
        }

        /**
         * Turns the scores of a block into exponentials, and gives what makes probabilities of each row of them. By itself, like
         * its counterpart of the backward pass, for the sake of the compiler: it opens up vector loops in small methods only.
         */
        private float[] softmax(FloatBuffer scores, int start, int block, int k0, int width, FloatBuffer logSumExp) {
            float[] line = scratch.array(2, width + GROUP);
            float[] factors = scratch.array(3, block);
            for (int i = 0; i < block; i++) {
                int from = firstKey(start + i) - k0;
                int to = endKey(start + i) - k0;
                scores.get(i * width, line, 0, width);
                factors[i] = 0f;
                if (from < to) {
                    hideOutside(line, from, to, width);
                    float largest = RowMath.FASTEST.max(line, begin(from), end(to));
                    float sum = RowMath.FASTEST.expSum(line, begin(from), end(to), largest);
                    factors[i] = 1f / sum;
                    logSumExp.put((firstQuery + start + i) * geometry.heads + head, largest + (float) Math.log(sum));
                } else {
                    Arrays.fill(line, 0, width, 0f);
                }
                scores.put(i * width, line, 0, width);
            }
            return factors;
        }

        /** Query times key for a block: {@code [onGrid(block), width]}, with zeros in the rows that nobody asked for. */
        private FloatBuffer scores(int start, int block, int k0, int width) {
            int rows = onGrid(block);
            FloatBuffer scores = scratch.floats(3, rows * width);
            gemm.multiply(
                    false,
                    true,
                    rows,
                    width,
                    size,
                    queries,
                    start * size,
                    size,
                    keys,
                    k0 * size,
                    size,
                    false,
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
            FloatBuffer ownGradient = scratch.floats(4, queryRows() * size);
            float[] products = loadGradient(dContext, context, ownGradient);
            B dOut = gemm.operand(ownGradient, queryRows() * size, scratch, 3);
            FloatBuffer dQueries = scratch.floats(5, queryRows() * size);
            FloatBuffer dKeys = scratch.floats(6, keyRows() * size);
            FloatBuffer dValues = scratch.floats(7, keyRows() * size);
            clear(dQueries, 0, asking);
            clear(dKeys, 0, keyRows());
            clear(dValues, 0, keyRows());
            for (int start = 0; start < asking; start += queryBlock) {
                int block = Math.min(queryBlock, asking - start);
                int k0 = firstKey(start);
                int width = onGrid(endKey(start + block - 1) - k0);
                if (width <= 0) {
                    continue;
                }
                int rows = onGrid(block);
                FloatBuffer scores = scores(start, block, k0, width);
                FloatBuffer dScores = scratch.floats(8, rows * width);
                gemm.multiply(
                        false,
                        true,
                        rows,
                        width,
                        size,
                        dOut,
                        start * size,
                        size,
                        values,
                        k0 * size,
                        size,
                        false,
                        dScores,
                        0,
                        width);
                softmaxGradient(scores, dScores, start, block, k0, width, logSumExp, products);
                B p = gemm.operand(scores, rows * width, scratch, 4);
                B ds = gemm.operand(dScores, rows * width, scratch, 5);
                addColumns(p, dOut, start, rows, dValues, k0, width);
                addColumns(ds, queries, start, rows, dKeys, k0, width);
                gemm.multiply(
                        false,
                        false,
                        rows,
                        size,
                        width,
                        ds,
                        0,
                        width,
                        keys,
                        k0 * size,
                        size,
                        false,
                        dQueries,
                        start * size,
                        size);
            }
            storeGradients(rotary, dQueries, dKeys, dValues, dq, dk, dv);
        }

        /** Adds what each key of a block gets: {@code [rows, width]} transposed, times {@code [rows, size]}. */
        private void addColumns(B left, B right, int start, int rows, FloatBuffer sums, int k0, int width) {
            gemm.multiply(
                    true,
                    false,
                    width,
                    size,
                    rows,
                    left,
                    0,
                    width,
                    right,
                    start * size,
                    size,
                    true,
                    sums,
                    k0 * size,
                    size);
        }

        /** Turns the scores of a block into probabilities, and their gradients into those of the scores. */
        private void softmaxGradient(
                FloatBuffer scores,
                FloatBuffer dScores,
                int start,
                int block,
                int k0,
                int width,
                FloatBuffer logSumExp,
                float[] products) {
            float[] line = scratch.array(2, width + GROUP);
            float[] gradient = scratch.array(3, width + GROUP);
            for (int i = 0; i < block; i++) {
                int from = firstKey(start + i) - k0;
                int to = endKey(start + i) - k0;
                scores.get(i * width, line, 0, width);
                dScores.get(i * width, gradient, 0, width);
                if (from < to) {
                    hideOutside(line, from, to, width);
                    float sum = logSumExp.get((firstQuery + start + i) * geometry.heads + head);
                    RowMath.FASTEST.expSum(line, begin(from), end(to), sum);
                    scoreGradient(line, gradient, width, products[start + i]);
                } else {
                    Arrays.fill(line, 0, width, 0f);
                    Arrays.fill(gradient, 0, width, 0f);
                }
                scores.put(i * width, line, 0, width);
                dScores.put(i * width, gradient, 0, width);
            }
        }

        /** Copies the gradient of the context; gives, for each query, its product with the context. */
        private float[] loadGradient(FloatBuffer dContext, FloatBuffer context, FloatBuffer dOut) {
            float[] products = scratch.array(4, asking);
            float[] gradient = scratch.array(5, size);
            for (int i = 0; i < asking; i++) {
                dContext.get(at(firstQuery + i), gradient, 0, size);
                context.get(at(firstQuery + i), row, 0, size);
                dOut.put(i * size, gradient, 0, size);
                products[i] = RowMath.FASTEST.dot(row, gradient, size);
            }
            clear(dOut, asking, queryRows());
            return products;
        }

        private void clear(FloatBuffer buffer, int from, int to) {
            Arrays.fill(row, 0, size, 0f);
            for (int i = from; i < to; i++) {
                buffer.put(i * size, row, 0, size);
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
            for (int i = 0; i < span; i++) {
                rotary.get(i * size, angles, 0, size);
                if (i < asking) {
                    rotate(dQueries, i * size, dq, at(firstQuery + i), -1f, geometry.scale());
                }
                rotate(dKeys, i * size, dk, at(firstRow + i), -1f, 1f);
                dv.put(at(firstRow + i), dValues, i * size, size);
            }
        }
    }

    private static int onGrid(int size) {
        return size <= 1 ? size : (size + GRID - 1) / GRID * GRID;
    }

    private static void scale(float[] values, int width, float factor) {
        for (int i = 0; i < width; i++) {
            values[i] *= factor;
        }
    }

    /** Turns, beside probabilities, their gradients into those of the scores. */
    private static void scoreGradient(float[] probabilities, float[] gradient, int width, float product) {
        for (int j = 0; j < width; j++) {
            gradient[j] = probabilities[j] * (gradient[j] - product);
        }
    }

    private static int begin(int from) {
        return from / GROUP * GROUP;
    }

    private static int end(int to) {
        return (to + GROUP - 1) / GROUP * GROUP;
    }

    /**
     * Makes the scores outside a range such that their probabilities are zero: exactly, since products of tiny numbers are slow.
     * Within the groups that the range touches they go through the exponential.
     */
    private static void hideOutside(float[] scores, int from, int to, int width) {
        Arrays.fill(scores, 0, begin(from), 0f);
        Arrays.fill(scores, begin(from), from, Float.NEGATIVE_INFINITY);
        Arrays.fill(scores, to, end(to), Float.NEGATIVE_INFINITY);
        if (end(to) < width) {
            Arrays.fill(scores, end(to), width, 0f);
        }
    }
}
