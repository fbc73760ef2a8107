package org.modernbert4j.backend.cpu;

import java.nio.Buffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.modernbert4j.backend.AttentionGeometry;
import org.modernbert4j.backend.Segments;

/**
 * Multi-head scaled dot-product attention with rotary positions, within each text: no query attends to another text or to padding.
 *
 * <p>Each head of each text is one piece of work. Its queries, keys and values are copied to dense working memory; queries and keys
 * are rotated on the way. Then each block of queries is multiplied with the keys that its queries attend to. Of the scores, only
 * each query's log-sum-exp is kept; the backward pass computes the probabilities again. A query that attends to no key gets zeros.
 *
 * <p>Operands are padded with zeros to multiples of one size. Libraries are faster at such products, and a library that compiles
 * code for each size compiles few, whatever the lengths of the texts.
 *
 * @param <B> memory of the products' operands; all else is float32
 */
final class AttentionKernel<B extends Buffer> {
    /** Queries of a block if most of them attend to most keys. */
    private static final int GLOBAL_BLOCK = 128;

    /** Queries of a block if each attends to a window of a longer text. Larger blocks have more scores outside the windows. */
    private static final int WINDOW_BLOCK = 64;

    /** The softmax works on groups of this many scores: a multiple of every processor's vector length. */
    private static final int GROUP = 16;

    /** Sizes of products are multiples of this, except for a single row. */
    private static final int GRID = 32;

    /** Scores that are copied to a Java array at once. A copy for each row would take longer than the arithmetic on the row. */
    private static final int SCORES_TOGETHER = 1 << 14;

    /**
     * The inputs of both passes; all row-major.
     *
     * @param q {@code [queries, hidden]}, before rotation
     * @param k {@code [rows, hidden]}, before rotation
     * @param v {@code [rows, hidden]}
     * @param rotary {@code [positions, headSize]}: cosines, then sines, of each position's angles
     */
    record Inputs(Matrix<FloatBuffer> q, Matrix<FloatBuffer> k, Matrix<FloatBuffer> v, Matrix<FloatBuffer> rotary) {}

    /**
     * The results of the forward pass; all row-major.
     *
     * @param context {@code [queries, hidden]}
     * @param logSumExp {@code [queries, heads]}, for the backward pass
     */
    record Outputs(Matrix<FloatBuffer> context, Matrix<FloatBuffer> logSumExp) {}

    /**
     * The results of the backward pass; all row-major.
     *
     * @param dq {@code [queries, hidden]}
     * @param dk {@code [rows, hidden]}
     * @param dv {@code [rows, hidden]}
     */
    record Gradients(Matrix<FloatBuffer> dq, Matrix<FloatBuffer> dk, Matrix<FloatBuffer> dv) {}

    private final Gemm<B> gemm;

    /** @param gemm computes the products */
    AttentionKernel(Gemm<B> gemm) {
        this.gemm = gemm;
    }

    /** Computes the outputs. */
    void forward(Workers workers, AttentionGeometry geometry, Segments segments, Inputs inputs, Outputs outputs) {
        workers.each(segments.texts() * geometry.heads(), (scratch, item) -> {
            new Head(scratch, geometry, segments, item, inputs, outputs).forward();
        });
    }

    /**
     * Computes the gradients of q, k and v.
     *
     * @param inputs those of the forward pass
     * @param outputs those of the forward pass
     * @param dContext {@code [queries, hidden]}, row-major: the gradient of the context
     */
    void backward(
            Workers workers,
            AttentionGeometry geometry,
            Segments segments,
            Inputs inputs,
            Outputs outputs,
            Matrix<FloatBuffer> dContext,
            Gradients gradients) {
        workers.each(segments.texts() * geometry.heads(), (scratch, item) -> {
            new Head(scratch, geometry, segments, item, inputs, outputs).backward(dContext, gradients);
        });
    }

    /**
     * Some queries and the keys that they attend to, both padded to multiples of {@link #GRID}.
     *
     * @param count how many queries there are without padding
     * @param q0 first query
     * @param q1 query after the last
     * @param k0 first key
     * @param k1 key after the last; at most k0 if there is none
     */
    private record Block(int count, int q0, int q1, int k0, int k1) {
        boolean hasKeys() {
            return k1 > k0;
        }

        int width() {
            return k1 - k0;
        }

        /** How many rows of scores are copied to a Java array at once. */
        int rowsTogether() {
            return Math.max(1, SCORES_TOGETHER / width());
        }
    }

    /** One head of one text. */
    private final class Head {
        private final Scratch scratch;
        private final AttentionGeometry geometry;
        private final int size;
        private final int head;
        private final int firstRow;
        private final int span;
        private final int firstQuery;
        private final int queryCount;
        private final int blockSize;
        private final int tokens;
        /** Rows of this head in a Java array: {@code [rows, size]}. */
        private final float[] copied;

        private final float[] angles;
        private final Matrix<B> queries;
        private final Matrix<B> keys;
        private final Matrix<B> values;
        private final Matrix<FloatBuffer> context;
        private final Matrix<FloatBuffer> logSumExp;

        /** Copies the head's part of the rows. Queries and keys are rotated, and queries are scaled. */
        Head(Scratch scratch, AttentionGeometry geometry, Segments segments, int item, Inputs inputs, Outputs outputs) {
            this.scratch = scratch;
            this.geometry = geometry;
            context = outputs.context;
            logSumExp = outputs.logSumExp;
            int text = item / geometry.heads();
            head = item % geometry.heads();
            size = geometry.headSize();
            firstRow = segments.starts()[text];
            span = segments.span(text);
            boolean all = !geometry.firstRowOnly();
            firstQuery = all ? firstRow : text;
            queryCount = all ? span : Math.min(1, span);
            blockSize = span > 2L * geometry.radius() + 1 ? WINDOW_BLOCK : GLOBAL_BLOCK;
            tokens = segments.lengths()[text];
            copied = scratch.array(0, keyRows() * size);
            angles = scratch.array(1, span * size);
            inputs.rotary.buffer.get(0, angles, 0, span * size);
            gather(inputs.q, firstQuery, queryCount, copied);
            rotate(queryCount, 1f, scoreScale());
            queries = gemm.operand(working(0, queryCount, padded(queryCount)), scratch, 0);
            gather(inputs.k, firstRow, span, copied);
            rotate(span, 1f, 1f);
            keys = gemm.operand(working(1, span, keyRows()), scratch, 1);
            gather(inputs.v, firstRow, span, copied);
            values = gemm.operand(working(2, span, keyRows()), scratch, 2);
        }

        private float scoreScale() {
            return (float) (1 / Math.sqrt(size));
        }

        /** Number of keys with padding: a block can begin at any key. */
        private int keyRows() {
            return span + GRID;
        }

        /** Copies this head's part of some rows. */
        private void gather(Matrix<FloatBuffer> from, int first, int count, float[] to) {
            for (int i = 0; i < count; i++) {
                from.buffer.get(from.index(first + i, head * size), to, i * size, size);
            }
        }

        /** Copies the first rows of {@link #copied} to this head's part of some rows. */
        private void scatter(Matrix<FloatBuffer> to, int first, int count) {
            for (int i = 0; i < count; i++) {
                to.buffer.put(to.index(first + i, head * size), copied, i * size, size);
            }
        }

        /** Rotates the first rows of {@link #copied} by {@link #angles}; direction 1 is forward, -1 is back. */
        private void rotate(int count, float direction, float scale) {
            for (int i = 0; i < count; i++) {
                RowMath.fastest().rotate(copied, angles, i * size, (i + 1) * size, scale, direction * scale);
            }
        }

        /** Working memory {@code [rows, size]} with the first rows of {@link #copied}, padded with zeros. */
        private Matrix<FloatBuffer> working(int slot, int count, int rows) {
            Matrix<FloatBuffer> working = scratch.matrix(slot, rows, size);
            Arrays.fill(copied, count * size, rows * size, 0f);
            working.buffer.put(0, copied, 0, rows * size);
            return working;
        }

        private int firstKey(int query) {
            return Math.max(0, query - Math.min(geometry.radius(), span));
        }

        private int endKey(int query) {
            return Math.min(tokens, query + Math.min(geometry.radius(), span) + 1);
        }

        private Block block(int start) {
            int count = Math.min(blockSize, queryCount - start);
            int k0 = firstKey(start);
            int width = onGrid(endKey(start + count - 1) - k0);
            return new Block(count, start, start + padded(count), k0, k0 + width);
        }

        void forward() {
            for (int start = 0; start < queryCount; start += blockSize) {
                Block block = block(start);
                if (block.hasKeys()) {
                    attend(block);
                } else {
                    Arrays.fill(copied, 0, block.count * size, 0f);
                }
                scatter(context, firstQuery + start, block.count);
            }
        }

        /** Puts the context of a block into {@link #copied}. */
        private void attend(Block block) {
            Matrix<FloatBuffer> scores = scores(block);
            float[] factors = softmax(scores, block);
            Matrix<FloatBuffer> sums = scratch.matrix(4, scores.rows, size);
            gemm.multiply(gemm.operand(scores, scratch, 3), values.rows(block.k0, block.k1), sums);
            sums.buffer.get(0, copied, 0, block.count * size);
            for (int i = 0; i < block.count; i++) {
                RowMath.scale(copied, i * size, (i + 1) * size, factors[i]);
            }
        }

        /** Products of the queries and the keys of a block: a row for each query, zeros in the padding. */
        private Matrix<FloatBuffer> scores(Block block) {
            Matrix<FloatBuffer> scores = scratch.matrix(3, block.q1 - block.q0, block.width());
            gemm.multiply(
                    queries.rows(block.q0, block.q1),
                    keys.rows(block.k0, block.k1).transposed(),
                    scores);
            return scores;
        }

        /** Replaces scores by exponentials. Returns for each row the factor that turns these into probabilities. */
        private float[] softmax(Matrix<FloatBuffer> scores, Block block) {
            float[] factors = scratch.array(3, block.count);
            int width = block.width();
            for (int first = 0; first < block.count; first += block.rowsTogether()) {
                int end = Math.min(block.count, first + block.rowsTogether());
                float[] lines = scratch.array(2, (end - first) * width);
                scores.buffer.get(first * width, lines, 0, (end - first) * width);
                for (int i = first; i < end; i++) {
                    factors[i] = softmax(lines, (i - first) * width, block, block.q0 + i);
                }
                scores.buffer.put(first * width, lines, 0, (end - first) * width);
            }
            return factors;
        }

        /** The same for one row. Separate method, as in the backward pass: C2 unrolls vector loops in small methods only. */
        private float softmax(float[] lines, int line, Block block, int query) {
            int from = line + firstKey(query) - block.k0;
            int to = line + endKey(query) - block.k0;
            if (from >= to) {
                Arrays.fill(lines, line, line + block.width(), 0f);
                return 0f;
            }
            hideOutside(lines, line, from, to, line + block.width());
            float largest = RowMath.fastest().max(lines, begin(from), end(to));
            float sum = RowMath.fastest().expSum(lines, begin(from), end(to), largest);
            logSumExp.buffer.put(logSumExp.index(firstQuery + query, head), largest + (float) StrictMath.log(sum));
            return 1f / sum;
        }

        void backward(Matrix<FloatBuffer> dContext, Gradients gradients) {
            float[] products = loadGradient(dContext);
            Matrix<B> dOut = gemm.operand(working(4, queryCount, padded(queryCount)), scratch, 3);
            Matrix<FloatBuffer> dQueries = working(5, 0, padded(queryCount));
            Matrix<FloatBuffer> dKeys = working(6, 0, keyRows());
            Matrix<FloatBuffer> dValues = working(7, 0, keyRows());
            for (int start = 0; start < queryCount; start += blockSize) {
                Block block = block(start);
                if (!block.hasKeys()) {
                    continue;
                }
                int q0 = block.q0;
                int q1 = block.q1;
                int k0 = block.k0;
                int k1 = block.k1;
                Matrix<FloatBuffer> scores = scores(block);
                Matrix<FloatBuffer> dScores = scratch.matrix(8, scores.rows, scores.columns);
                gemm.multiply(dOut.rows(q0, q1), values.rows(k0, k1).transposed(), dScores);
                softmaxGradient(scores, dScores, block, products);
                Matrix<B> p = gemm.operand(scores, scratch, 4);
                Matrix<B> ds = gemm.operand(dScores, scratch, 5);
                gemm.multiplyAdd(p.transposed(), dOut.rows(q0, q1), dValues.rows(k0, k1));
                gemm.multiplyAdd(ds.transposed(), queries.rows(q0, q1), dKeys.rows(k0, k1));
                gemm.multiply(ds, keys.rows(k0, k1), dQueries.rows(q0, q1));
            }
            dQueries.buffer.get(0, copied, 0, queryCount * size);
            rotate(queryCount, -1f, scoreScale());
            scatter(gradients.dq, firstQuery, queryCount);
            dKeys.buffer.get(0, copied, 0, span * size);
            rotate(span, -1f, 1f);
            scatter(gradients.dk, firstRow, span);
            dValues.buffer.get(0, copied, 0, span * size);
            scatter(gradients.dv, firstRow, span);
        }

        /** Copies the gradient of the context into {@link #copied}. Returns the dot product of each row with the context's row. */
        private float[] loadGradient(Matrix<FloatBuffer> dContext) {
            float[] products = scratch.array(4, queryCount);
            float[] outputs = scratch.array(5, queryCount * size);
            gather(context, firstQuery, queryCount, outputs);
            gather(dContext, firstQuery, queryCount, copied);
            for (int i = 0; i < queryCount; i++) {
                products[i] = RowMath.fastest().dot(outputs, copied, i * size, (i + 1) * size);
            }
            return products;
        }

        /** Replaces scores by probabilities, and the gradients of probabilities by the gradients of scores. */
        private void softmaxGradient(
                Matrix<FloatBuffer> scores, Matrix<FloatBuffer> dScores, Block block, float[] products) {
            int width = block.width();
            for (int first = 0; first < block.count; first += block.rowsTogether()) {
                int end = Math.min(block.count, first + block.rowsTogether());
                float[] lines = scratch.array(2, (end - first) * width);
                float[] gradients = scratch.array(3, (end - first) * width);
                scores.buffer.get(first * width, lines, 0, (end - first) * width);
                dScores.buffer.get(first * width, gradients, 0, (end - first) * width);
                for (int i = first; i < end; i++) {
                    int query = block.q0 + i;
                    softmaxGradient(lines, gradients, (i - first) * width, block, query, products[query]);
                }
                scores.buffer.put(first * width, lines, 0, (end - first) * width);
                dScores.buffer.put(first * width, gradients, 0, (end - first) * width);
            }
        }

        private void softmaxGradient(
                float[] lines, float[] gradients, int line, Block block, int query, float product) {
            int from = line + firstKey(query) - block.k0;
            int to = line + endKey(query) - block.k0;
            int lineEnd = line + block.width();
            if (from >= to) {
                Arrays.fill(lines, line, lineEnd, 0f);
                Arrays.fill(gradients, line, lineEnd, 0f);
                return;
            }
            hideOutside(lines, line, from, to, lineEnd);
            float sum = logSumExp.buffer.get(logSumExp.index(firstQuery + query, head));
            RowMath.fastest().expSum(lines, begin(from), end(to), sum);
            scoreGradient(lines, gradients, line, lineEnd, product);
        }
    }

    private static int onGrid(int size) {
        return (size + GRID - 1) / GRID * GRID;
    }

    /** Rows of a product with padding. */
    private static int padded(int rows) {
        return rows <= 1 ? rows : onGrid(rows);
    }

    /** Replaces the gradients of probabilities by the gradients of scores. */
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
     * Makes the probabilities of a line outside a range exactly zero, because arithmetic on denormal numbers is slow. The softmax
     * computes exponentials of all scores in groups that the range touches, so these become minus infinity; the others become 0.
     */
    private static void hideOutside(float[] scores, int line, int from, int to, int lineEnd) {
        Arrays.fill(scores, line, begin(from), 0f);
        Arrays.fill(scores, begin(from), from, Float.NEGATIVE_INFINITY);
        Arrays.fill(scores, to, end(to), Float.NEGATIVE_INFINITY);
        Arrays.fill(scores, end(to), lineEnd, 0f);
    }
}
