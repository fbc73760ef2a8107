package org.modernbert4j.backend.cpu;

import java.util.stream.IntStream;
import org.modernbert4j.backend.AttentionGeometry;
import org.modernbert4j.backend.Segments;

/** Rotary attention and its gradients in double precision, one (text, head, query) after the other. */
public final class AttentionReference {
    public final double[] context;
    public final double[] dq;
    public final double[] dk;
    public final double[] dv;
    private final AttentionGeometry geometry;
    private final double theta;

    public AttentionReference(
            AttentionGeometry geometry,
            double theta,
            Segments segments,
            double[] q,
            double[] k,
            double[] v,
            double[] dContext) {
        this.geometry = geometry;
        this.theta = theta;
        context = new double[q.length];
        dq = new double[q.length];
        dk = new double[q.length];
        dv = new double[q.length];
        for (int text = 0; text < segments.texts(); text++) {
            int first = segments.starts()[text];
            int span = segments.span(text);
            double[] queries = rotate(q, first, span, 1);
            double[] keys = rotate(k, first, span, 1);
            for (int head = 0; head < geometry.heads(); head++) {
                for (int query = 0; query < span; query++) {
                    int at = query;
                    int[] visible = IntStream.range(0, segments.lengths()[text])
                            .filter(key -> Math.abs(at - key) <= geometry.radius())
                            .toArray();
                    attend(head, first, query, visible, queries, keys, v, dContext);
                }
            }
            System.arraycopy(rotate(dq, first, span, -1), 0, dq, first * geometry.hidden(), span * geometry.hidden());
            System.arraycopy(rotate(dk, first, span, -1), 0, dk, first * geometry.hidden(), span * geometry.hidden());
        }
    }

    private void attend(
            int head,
            int first,
            int query,
            int[] visible,
            double[] queries,
            double[] keys,
            double[] v,
            double[] dContext) {
        int size = geometry.headSize();
        int hidden = geometry.hidden();
        int column = head * size;
        double scale = 1 / Math.sqrt(size);
        double[] weights = new double[visible.length];
        double[] dWeights = new double[visible.length];
        double sum = 0;
        for (int j = 0; j < visible.length; j++) {
            double score = 0;
            for (int i = 0; i < size; i++) {
                score += queries[query * hidden + column + i] * keys[visible[j] * hidden + column + i];
            }
            weights[j] = Math.exp(score * scale);
            sum += weights[j];
        }
        int row = (first + query) * hidden + column;
        double mean = 0;
        for (int j = 0; j < visible.length; j++) {
            weights[j] /= sum;
            int value = (first + visible[j]) * hidden + column;
            for (int i = 0; i < size; i++) {
                context[row + i] += weights[j] * v[value + i];
                dv[value + i] += weights[j] * dContext[row + i];
                dWeights[j] += dContext[row + i] * v[value + i];
            }
            mean += weights[j] * dWeights[j];
        }
        for (int j = 0; j < visible.length; j++) {
            double dScore = weights[j] * (dWeights[j] - mean) * scale;
            for (int i = 0; i < size; i++) {
                dq[row + i] += dScore * keys[visible[j] * hidden + column + i];
                dk[(first + visible[j]) * hidden + column + i] += dScore * queries[query * hidden + column + i];
            }
        }
    }

    /** A text's rows, each pair of halves turned by its angle: direction 1 forth, -1 back. */
    private double[] rotate(double[] x, int first, int span, int direction) {
        int size = geometry.headSize();
        int half = size / 2;
        double[] turned = new double[span * geometry.hidden()];
        for (int i = 0; i < turned.length; i++) {
            int position = i / geometry.hidden();
            int within = i % size;
            double angle = direction * position * Math.pow(theta, -2.0 * (within % half) / size);
            int source = first * geometry.hidden() + i;
            double other = within < half ? -x[source + half] : x[source - half];
            turned[i] = x[source] * Math.cos(angle) + other * Math.sin(angle);
        }
        return turned;
    }
}
