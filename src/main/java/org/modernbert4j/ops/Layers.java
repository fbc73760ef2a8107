package org.modernbert4j.ops;

import java.util.Map;
import org.modernbert4j.ops.kernel.AttentionKernel.Geometry;
import org.modernbert4j.ops.kernel.PoolKernel.Reduction;
import org.modernbert4j.ops.kernel.Segments;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The layers that a model is built from, lowered to SameDiff ops in one of two ways: {@link OwnLayers} or {@link StockLayers}.
 * Both give the same numbers. Activations are matrices {@code [rows, width]} of all tokens of a batch, text after text, or
 * {@code [texts, width]} after reduction.
 */
public interface Layers {
    /** The graph that the layers add to. */
    SameDiff graph();

    /**
     * The embedding of the batch's tokens.
     *
     * @param table {@code [vocabulary, width]}
     * @param paddingId the token that gets no gradient; negative for none
     * @return {@code [rows, width]}
     */
    SDVariable embedding(SDVariable table, int paddingId);

    /**
     * A linear layer.
     *
     * @param x {@code [n, in]}
     * @param weight {@code [out, in]}
     * @param bias {@code [out]}, or null for none
     * @return {@code x W^T + b}, {@code [n, out]}
     */
    SDVariable linear(SDVariable x, SDVariable weight, SDVariable bias);

    /**
     * Layer normalisation of each row.
     *
     * @param x {@code [n, width]}
     * @param gamma {@code [width]}
     * @param beta {@code [width]}, or null for none
     * @param eps added to the variance
     * @return {@code [n, width]}
     */
    SDVariable layerNorm(SDVariable x, SDVariable gamma, SDVariable beta, double eps);

    /**
     * Layer normalisation at the start of a residual branch: {@code x + f(norm(x))}.
     *
     * @param x {@code [n, width]}
     * @param gamma {@code [width]}
     * @param beta {@code [width]}, or null for none
     * @param eps added to the variance
     */
    Fork fork(SDVariable x, SDVariable gamma, SDVariable beta, double eps);

    /**
     * Where a residual branch begins.
     *
     * @param trunk {@code [n, width]}, what the branch's result is added to
     * @param branch {@code [n, width]}, what the branch begins with
     */
    record Fork(SDVariable trunk, SDVariable branch) {}

    /**
     * Multi-head attention with rotary positions within each text.
     *
     * @param q {@code [rows, hidden]}, or {@code [texts, hidden]} where only the first row of each text asks
     * @param k {@code [rows, hidden]}
     * @param v {@code [rows, hidden]}
     * @param geometry heads, window, and which rows ask
     * @param theta base of the rotary frequencies
     * @return in the shape of q
     */
    SDVariable attention(SDVariable q, SDVariable k, SDVariable v, Geometry geometry, double theta);

    /**
     * The gated linear unit with the exact GELU.
     *
     * @param ab {@code [rows, 2 * intermediate]}: a, then b
     * @param intermediate width of a
     * @return {@code gelu(a) * b}, {@code [rows, intermediate]}
     */
    SDVariable geglu(SDVariable ab, int intermediate);

    /**
     * The sum of two matrices of one shape.
     *
     * @param x {@code [n, width]}
     * @param y {@code [n, width]}
     * @return {@code x + y}
     */
    SDVariable residual(SDVariable x, SDVariable y);

    /**
     * Dropout of pooled texts, on where the batch is fed with a seed.
     *
     * @param x {@code [texts, width]}
     * @param width its second dimension
     * @param rate share that is dropped
     * @return {@code [texts, width]}
     */
    SDVariable dropout(SDVariable x, int width, double rate);

    /**
     * One row for each text.
     *
     * @param x {@code [rows, width]}
     * @param width its second dimension
     * @param reduction how the rows of a text become one
     * @return {@code [texts, width]}
     */
    SDVariable pool(SDVariable x, int width, Reduction reduction);

    /**
     * The rows that logits are wanted for, as the batch is fed.
     *
     * @param x {@code [rows, width]}
     * @return {@code [wanted, width]}, in the order wanted
     */
    SDVariable wanted(SDVariable x);

    /**
     * The states of an LSTM that runs over each text, padding included, with torch's gate order and its two biases.
     *
     * @param x {@code [rows, in]}
     * @param weights input weight {@code [4 * hidden, in]}, state weight {@code [4 * hidden, hidden]}, and two biases {@code [4 *
     *     hidden]}
     * @param hidden width of the state
     * @return {@code [rows, hidden]}
     */
    SDVariable lstm(SDVariable x, LstmWeights weights, int hidden);

    /** The variables of an LSTM, shapes as torch.nn.LSTM has them. */
    record LstmWeights(SDVariable input, SDVariable state, SDVariable inputBias, SDVariable stateBias) {}

    /**
     * Cross entropy against the batch's labels, summed and multiplied by the batch's loss scale; rows with a negative label do
     * not count.
     *
     * @param logits {@code [n, classes]}, n labels being fed
     * @param classes number of classes
     * @return {@code [1]}
     */
    SDVariable crossEntropy(SDVariable logits, int classes);

    /**
     * The placeholders' values for a batch.
     *
     * @param ids token of each row
     * @param segments where the texts lie
     * @param wanted numbers of the rows that {@link #wanted} gives; may be empty where nothing asks for them
     * @param labels one for each row of the logits; may be empty where no loss is asked for
     * @param lossScale factor of the summed loss: one over the texts for their mean
     * @param dropoutSeed which dropout mask; {@link org.modernbert4j.ops.kernel.DropoutKernel#NOTHING_DROPPED} for none
     * @return arrays by placeholder name
     */
    Map<String, INDArray> feed(
            int[] ids, Segments segments, int[] wanted, int[] labels, double lossScale, long dropoutSeed);
}
