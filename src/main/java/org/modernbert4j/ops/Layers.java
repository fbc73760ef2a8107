package org.modernbert4j.ops;

import org.modernbert4j.backend.Activation;
import org.modernbert4j.backend.AttentionGeometry;
import org.modernbert4j.backend.Pooling;

/**
 * The layers that a network is built from. The implementation decides what a layer does: {@link GraphLayers} add ops to a graph;
 * others list parameters or count costs. Activations are matrices {@code [rows, width]} of all tokens of a batch, text after text,
 * or {@code [texts, width]} after pooling.
 *
 * @param <T> input and output of a layer, such as a variable of a graph
 */
public interface Layers<T> {
    /**
     * Names a value, so that a run can output it.
     *
     * @return the same value under that name
     */
    T name(T x, String name);

    /**
     * The embedding of the batch's tokens.
     *
     * @param table {@code [vocabulary, width]}
     * @param paddingId the token that gets no gradient; negative for none
     * @return {@code [rows, width]}
     */
    T embedding(T table, int paddingId);

    /**
     * A linear layer.
     *
     * @param x {@code [n, in]}
     * @param weight {@code [out, in]}
     * @param bias {@code [out]}, or null for none
     * @return {@code x W^T + b}, {@code [n, out]}
     */
    T linear(T x, T weight, T bias);

    /**
     * Layer normalisation of each row.
     *
     * @param x {@code [n, width]}
     * @param gamma {@code [width]}
     * @param beta {@code [width]}, or null for none
     * @param eps added to the variance
     * @return {@code [n, width]}
     */
    T layerNorm(T x, T gamma, T beta, double eps);

    /**
     * Layer normalisation at the start of a residual branch, {@code x + f(norm(x))}. It covers both uses of x, so that one op adds
     * their gradients in one pass.
     *
     * @param x {@code [n, width]}
     * @param gamma {@code [width]}
     * @param beta {@code [width]}, or null for none
     * @param eps added to the variance
     */
    Fork<T> fork(T x, T gamma, T beta, double eps);

    /**
     * The start of a residual branch.
     *
     * @param trunk {@code [n, width]}; the branch's result is added to it
     * @param branch {@code [n, width]}, the input of the branch
     */
    record Fork<T>(T trunk, T branch) {}

    /**
     * The sum of two matrices of the same shape.
     *
     * @param x {@code [n, width]}
     * @param y {@code [n, width]}
     * @return {@code x + y}
     */
    T add(T x, T y);

    /**
     * Multi-head attention with rotary positions within each text.
     *
     * @param q {@code [rows, hidden]}, or {@code [texts, hidden]} for only the first row of each text
     * @param k {@code [rows, hidden]}
     * @param v {@code [rows, hidden]}
     * @param geometry heads, window, and which rows have a query
     * @param theta base of the rotary frequencies
     * @return the context, in the shape of q
     */
    T attention(T q, T k, T v, AttentionGeometry geometry, double theta);

    /**
     * The gated linear unit with the exact GELU.
     *
     * @param ab {@code [rows, 2 * intermediate]}: a, then b
     * @param intermediate width of a
     * @return {@code gelu(a) * b}, {@code [rows, intermediate]}
     */
    T geglu(T ab, int intermediate);

    /** Applies a function to each number. */
    T activation(Activation activation, T x);

    /**
     * Dropout; does nothing in runs with {@link GraphLayers#NO_DROPOUT}.
     *
     * @param x {@code [n, width]}
     * @param width its second dimension
     * @param rate share of numbers that are set to zero
     * @return {@code [n, width]}
     */
    T dropout(T x, int width, double rate);

    /**
     * One row for each text.
     *
     * @param x {@code [rows, width]}
     * @param width its second dimension
     * @param pooling how the rows of a text become one
     * @return {@code [texts, width]}
     */
    T pool(T x, int width, Pooling pooling);

    /**
     * The batch's selected rows, for heads that give logits for rows.
     *
     * @param x {@code [rows, width]}
     * @return {@code [selected, width]}, in the batch's order
     */
    T select(T x);

    /**
     * The states of an LSTM that runs over each text, padding included. Gate order and biases are those of torch.
     *
     * @param x {@code [rows, in]}
     * @param weights of the LSTM
     * @param hidden width of the state
     * @return {@code [rows, hidden]}
     */
    T lstm(T x, LstmWeights<T> weights, int hidden);

    /**
     * The parameters of an LSTM, in the shapes of torch.nn.LSTM.
     *
     * @param input {@code [4 * hidden, in]}
     * @param state {@code [4 * hidden, hidden]}
     * @param inputBias {@code [4 * hidden]}
     * @param stateBias {@code [4 * hidden]}
     */
    record LstmWeights<T>(T input, T state, T inputBias, T stateBias) {}
}
