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

    /** Sizes of products are multiples of it; of the rows, also one. */
    private static final int GRID = 32;

    /** Scores that are copied into Java's memory together, as a copy of a row takes longer than what is done with it. */
    private static final int SCORES_TOGETHER = 1 << 14;

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
                .backward(dContext, context, logSumExp, dq, dk, dv));
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
        /** Where rows of this head are worked on, in Java's memory: {@code [rows, size]}. */
        private final float[] copied;

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
            copied = scratch.array(0, keyRows() * size);
            angles = scratch.array(1, span * size);
        }

        /** Copies the head out of the rows; queries and keys rotated, queries scaled as well. */
        Head load(FloatBuffer q, FloatBuffer k, FloatBuffer v, FloatBuffer rotary) {
            rotary.get(0, angles, 0, span * size);
            gather(q, firstQuery, asking, copied);
            rotate(asking, 1f, geometry.scale());
            queries = gemm.operand(working(0, asking, queryRows()), queryRows() * size, scratch, 0);
            gather(k, firstRow, span, copied);
            rotate(span, 1f, 1f);
            keys = gemm.operand(working(1, span, keyRows()), keyRows() * size, scratch, 1);
            gather(v, firstRow, span, copied);
            values = gemm.operand(working(2, span, keyRows()), keyRows() * size, scratch, 2);
            return this;
        }

        private int queryRows() {
            return rows(asking);
        }

        /** Blocks see keys from any on. */
        private int keyRows() {
            return span + GRID;
        }

        /** Copies this head out of rows: {@code [count, size]}. */
        private void gather(FloatBuffer from, int first, int count, float[] to) {
            for (int i = 0; i < count; i++) {
                from.get(at(first + i), to, i * size, size);
            }
        }

        /** Copies what {@link #copied} begins with into rows. */
        private void scatter(FloatBuffer to, int first, int count) {
            for (int i = 0; i < count; i++) {
                to.put(at(first + i), copied, i * size, size);
            }
        }

        /** Turns what {@link #copied} begins with by {@link #angles}: direction 1 forth, -1 back. */
        private void rotate(int count, float direction, float scale) {
            for (int i = 0; i < count; i++) {
                RowMath.FASTEST.rotate(copied, angles, i * size, (i + 1) * size, scale, direction * scale);
            }
        }

        /** Working memory with what {@link #copied} begins with, filled up with zeros. */
        private FloatBuffer working(int slot, int count, int all) {
            Arrays.fill(copied, count * size, all * size, 0f);
            return scratch.floats(slot, all * size).put(0, copied, 0, all * size);
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
                    Arrays.fill(copied, 0, block * size, 0f);
                    scatter(context, firstQuery + start, block);
                    continue;
                }
                FloatBuffer scores = scores(start, block, k0, width);
                float[] factors = softmax(scores, start, block, k0, width, logSumExp);
                int rows = rows(block);
                B p = gemm.operand(scores, rows * width, scratch, 3);
                FloatBuffer out = scratch.floats(4, rows * size);
                gemm.multiply(
                        false, false, rows, size, width, p, 0, width, values, k0 * size, size, false, out, 0, size);
                out.get(0, copied, 0, block * size);
                for (int i = 0; i < block; i++) {
                    scale(copied, i * size, (i + 1) * size, factors[i]);
                }
                scatter(context, firstQuery + start, block);
            }
        }

        /** Turns the scores of a block into exponentials, and gives what makes probabilities of each row of them. */
        private float[] softmax(FloatBuffer scores, int start, int block, int k0, int width, FloatBuffer logSumExp) {
            float[] factors = scratch.array(3, block);
            int together = Math.max(1, SCORES_TOGETHER / width);
            for (int first = 0; first < block; first += together) {
                int end = Math.min(block, first + together);
                float[] lines = scratch.array(2, (end - first) * width);
                scores.get(first * width, lines, 0, (end - first) * width);
                for (int i = first; i < end; i++) {
                    factors[i] = softmax(lines, (i - first) * width, start + i, k0, width, logSumExp);
                }
                scores.put(first * width, lines, 0, (end - first) * width);
            }
            return factors;
        }

        /**
         * The same for one line of them. By itself, like its counterpart of the backward pass, for the sake of the compiler: it opens
         * up vector loops in small methods only.
         */
        private float softmax(float[] lines, int line, int query, int k0, int width, FloatBuffer logSumExp) {
            int from = line + firstKey(query) - k0;
            int to = line + endKey(query) - k0;
            if (from >= to) {
                Arrays.fill(lines, line, line + width, 0f);
                return 0f;
            }
            hideOutside(lines, line, from, to, line + width);
            float largest = RowMath.FASTEST.max(lines, begin(from), end(to));
            float sum = RowMath.FASTEST.expSum(lines, begin(from), end(to), largest);
            logSumExp.put((firstQuery + query) * geometry.heads + head, largest + (float) Math.log(sum));
            return 1f / sum;
        }

        /** Query times key for a block: {@code [rows(block), width]}, with zeros in the rows that nobody asked for. */
        private FloatBuffer scores(int start, int block, int k0, int width) {
            int rows = rows(block);
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
                FloatBuffer dq,
                FloatBuffer dk,
                FloatBuffer dv) {
            float[] products = loadGradient(dContext, context);
            B dOut = gemm.operand(working(4, asking, queryRows()), queryRows() * size, scratch, 3);
            FloatBuffer dQueries = working(5, 0, queryRows());
            FloatBuffer dKeys = working(6, 0, keyRows());
            FloatBuffer dValues = working(7, 0, keyRows());
            for (int start = 0; start < asking; start += queryBlock) {
                int block = Math.min(queryBlock, asking - start);
                int k0 = firstKey(start);
                int width = onGrid(endKey(start + block - 1) - k0);
                if (width <= 0) {
                    continue;
                }
                int rows = rows(block);
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
            storeGradients(dQueries, dKeys, dValues, dq, dk, dv);
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
            int together = Math.max(1, SCORES_TOGETHER / width);
            for (int first = 0; first < block; first += together) {
                int end = Math.min(block, first + together);
                float[] lines = scratch.array(2, (end - first) * width);
                float[] gradients = scratch.array(3, (end - first) * width);
                scores.get(first * width, lines, 0, (end - first) * width);
                dScores.get(first * width, gradients, 0, (end - first) * width);
                for (int i = first; i < end; i++) {
                    int line = (i - first) * width;
                    softmaxGradient(lines, gradients, line, start + i, k0, width, logSumExp, products[start + i]);
                }
                scores.put(first * width, lines, 0, (end - first) * width);
                dScores.put(first * width, gradients, 0, (end - first) * width);
            }
        }

        private void softmaxGradient(
                float[] lines,
                float[] gradients,
                int line,
                int query,
                int k0,
                int width,
                FloatBuffer logSumExp,
                float product) {
            int from = line + firstKey(query) - k0;
            int to = line + endKey(query) - k0;
            if (from >= to) {
                Arrays.fill(lines, line, line + width, 0f);
                Arrays.fill(gradients, line, line + width, 0f);
                return;
            }
            hideOutside(lines, line, from, to, line + width);
            float sum = logSumExp.get((firstQuery + query) * geometry.heads + head);
            RowMath.FASTEST.expSum(lines, begin(from), end(to), sum);
            scoreGradient(lines, gradients, line, line + width, product);
        }

        /** Copies the gradient of the context; gives, for each query, its product with the context. */
        private float[] loadGradient(FloatBuffer dContext, FloatBuffer context) {
            float[] products = scratch.array(4, asking);
            float[] outputs = scratch.array(5, asking * size);
            gather(context, firstQuery, asking, outputs);
            gather(dContext, firstQuery, asking, copied);
            for (int i = 0; i < asking; i++) {
                products[i] = RowMath.FASTEST.dot(outputs, copied, i * size, (i + 1) * size);
            }
            return products;
        }

        private void storeGradients(
                FloatBuffer dQueries,
                FloatBuffer dKeys,
                FloatBuffer dValues,
                FloatBuffer dq,
                FloatBuffer dk,
                FloatBuffer dv) {
            dQueries.get(0, copied, 0, asking * size);
            rotate(asking, -1f, geometry.scale());
            scatter(dq, firstQuery, asking);
            dKeys.get(0, copied, 0, span * size);
            rotate(span, -1f, 1f);
            scatter(dk, firstRow, span);
            dValues.get(0, copied, 0, span * size);
            scatter(dv, firstRow, span);
        }
    }

    private static int onGrid(int size) {
        return (size + GRID - 1) / GRID * GRID;
    }

    /** How many rows a product has that is to have so many at least. */
    private static int rows(int atLeast) {
        return atLeast <= 1 ? atLeast : onGrid(atLeast);
    }

    private static void scale(float[] values, int from, int to, float factor) {
        for (int i = from; i < to; i++) {
            values[i] *= factor;
        }
    }

    /** Turns, beside probabilities, their gradients into those of the scores. */
    private static void scoreGradient(float[] probabilities, float[] gradient, int from, int to, float product) {
        for (int j = from; j < to; j++) {
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
     * Makes the scores of a line outside a range such that their probabilities are zero: exactly, since products of tiny numbers are
     * slow. Within the groups that the range touches they go through the exponential.
     */
    private static void hideOutside(float[] scores, int line, int from, int to, int lineEnd) {
        Arrays.fill(scores, line, begin(from), 0f);
        Arrays.fill(scores, begin(from), from, Float.NEGATIVE_INFINITY);
        Arrays.fill(scores, to, end(to), Float.NEGATIVE_INFINITY);
        Arrays.fill(scores, end(to), lineEnd, 0f);
    }
}
