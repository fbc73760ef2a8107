package org.modernbert4j.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.modernbert4j.backend.Activation;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.AttentionGeometry;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.DropoutMask;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.backend.RotaryTable;
import org.modernbert4j.backend.Segments;
import org.nd4j.autodiff.samediff.SDIndex;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMActivations;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMDataFormat;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMDirectionMode;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMLayerConfig;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.weights.LSTMLayerWeights;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Layers of libnd4j's kernels only, for a backend without own kernels. Every text is padded to the graph's length. The ops used
 * here have correct gradients in ND4J 1.0.0-M2.1.
 */
public final class StockLayers extends GraphLayers {
    private static final double HIDDEN_SCORE = -1e9;

    /** The placeholder of a dropout mask. */
    private record Mask(String name, int width, double rate) {}

    private final SDVariable tokens;
    private final SDVariable lastToken;
    private final List<Mask> masks = new ArrayList<>();
    private final Map<Integer, SDVariable> visible = new HashMap<>();

    /**
     * @param sd an empty graph
     * @param backend will run the graph
     * @param length rows of every text
     */
    public StockLayers(SameDiff sd, Backend backend, int length) {
        super(sd, backend, length);
        tokens = sd.placeHolder("tokens", DataType.FLOAT, -1, length); // 1 for a token, 0 for padding
        lastToken = sd.placeHolder("last_token", DataType.FLOAT, -1, length); // 1 at the last token
    }

    /** Padding gets no gradient, because it is not one of the distinct tokens. */
    @Override
    public SDVariable embedding(SDVariable table, int paddingId) {
        return StockOp.gather(table, ids);
    }

    @Override
    public SDVariable linear(SDVariable x, SDVariable weight, SDVariable bias) {
        SDVariable product = StockOp.matMul(x, weight, false, true);
        return bias == null ? product : product.add(bias);
    }

    @Override
    public SDVariable layerNorm(SDVariable x, SDVariable gamma, SDVariable beta, double eps) {
        SDVariable centred = x.sub(sd.mean(x, true, 1)); // [n, width]
        SDVariable variance = sd.mean(sd.math.square(centred), true, 1); // [n, 1]
        SDVariable normal = centred.div(sd.math.sqrt(variance.add(eps))).mul(gamma);
        return beta == null ? normal : normal.add(beta);
    }

    @Override
    public Fork<SDVariable> fork(SDVariable x, SDVariable gamma, SDVariable beta, double eps) {
        return new Fork<>(x, layerNorm(x, gamma, beta, eps));
    }

    @Override
    public SDVariable attention(SDVariable q, SDVariable k, SDVariable v, AttentionGeometry geometry, double theta) {
        boolean all = !geometry.firstRowOnly();
        SDVariable queries = heads(q, all ? length : 1, geometry); // [texts, heads, queries, headSize]
        if (all) {
            queries = rotate(queries, geometry, theta); // the first row's angles are zero
        }
        SDVariable keys = rotate(heads(k, length, geometry), geometry, theta); // [texts, heads, length, headSize]
        SDVariable visible = visible(geometry.radius()); // [texts, 1, length, length]
        if (!all) {
            visible = visible.get(SDIndex.all(), SDIndex.all(), SDIndex.interval(0, 1), SDIndex.all());
        }
        SDVariable scores = sd.mmul(queries, keys, false, true, false) // [texts, heads, queries, length]
                .mul(1 / Math.sqrt(geometry.headSize()))
                .add(visible.rsub(1).mul(HIDDEN_SCORE));
        SDVariable probabilities = sd.nn.softmax(scores, 3).mul(visible); // zeros if a query sees no key
        SDVariable context = sd.mmul(probabilities, heads(v, length, geometry)); // [texts, heads, queries, headSize]
        return sd.reshape(sd.permute(context, 0, 2, 1, 3), -1, geometry.hidden()); // [texts * queries, hidden]
    }

    /** Reshapes {@code [texts * rows, hidden]} to {@code [texts, heads, rows, headSize]}. */
    private SDVariable heads(SDVariable x, int rows, AttentionGeometry geometry) {
        return sd.permute(sd.reshape(x, -1, rows, geometry.heads(), geometry.headSize()), 0, 2, 1, 3);
    }

    /** Rotates each pair of numbers, one from each half of a head, by the angle for its position. */
    private SDVariable rotate(SDVariable x, AttentionGeometry geometry, double theta) {
        int half = geometry.headSize() / 2;
        SDVariable first = x.get(SDIndex.all(), SDIndex.all(), SDIndex.all(), SDIndex.interval(0, half));
        SDVariable second = x.get(SDIndex.all(), SDIndex.all(), SDIndex.all(), SDIndex.interval(half, 2 * half));
        SDVariable cos = angles("rotary.cos." + theta, geometry, theta, 0);
        SDVariable sin = angles("rotary.sin." + theta, geometry, theta, half);
        return x.mul(cos).add(sd.concat(3, second.neg(), first).mul(sin));
    }

    /** {@code [1, 1, length, headSize]}: half of the rotary table, from a column on, repeated twice. */
    private SDVariable angles(String name, AttentionGeometry geometry, double theta, int column) {
        if (sd.hasVariable(name)) {
            return sd.getVariable(name);
        }
        int size = geometry.headSize();
        float[] table = RotaryTable.of(size, theta, length);
        float[] twice = new float[table.length];
        for (int i = 0; i < table.length; i++) {
            twice[i] = table[i / size * size + column + i % size % (size / 2)];
        }
        return sd.constant(name, Nd4j.createFromArray(twice).reshape(1, 1, length, size));
    }

    /** {@code [texts, 1, length, length]}: 1 where a query may see a key. */
    private SDVariable visible(int radius) {
        return visible.computeIfAbsent(radius, r -> {
            float[] band = new float[length * length];
            for (int i = 0; i < band.length; i++) {
                band[i] = Math.abs(i / length - i % length) <= r ? 1 : 0;
            }
            SDVariable window =
                    sd.constant("window." + r, Nd4j.createFromArray(band).reshape(1, 1, length, length));
            return sd.reshape(tokens, -1, 1, 1, length).mul(window);
        });
    }

    @Override
    public SDVariable geglu(SDVariable ab, int intermediate) {
        SDVariable a = ab.get(SDIndex.all(), SDIndex.interval(0, intermediate));
        SDVariable b = ab.get(SDIndex.all(), SDIndex.interval(intermediate, 2 * intermediate));
        return activation(Activation.GELU, a).mul(b);
    }

    @Override
    public SDVariable activation(Activation activation, SDVariable x) {
        return switch (activation) {
            case GELU -> x.mul(sd.math.erf(x.mul(Math.sqrt(0.5))).add(1).mul(0.5));
            case RELU -> sd.nn.relu(x, 0);
            case SILU -> x.mul(sd.nn.sigmoid(x));
            case TANH -> sd.math.tanh(x);
        };
    }

    @Override
    public SDVariable add(SDVariable x, SDVariable y) {
        return x.add(y);
    }

    @Override
    public SDVariable dropout(SDVariable x, int width, double rate) {
        if (rate == 0) {
            return x;
        }
        Mask mask = new Mask("dropout_mask." + masks.size(), width, rate);
        masks.add(mask);
        return x.mul(sd.placeHolder(mask.name, DataType.FLOAT, -1, width));
    }

    @Override
    public SDVariable pool(SDVariable x, int width, Pooling pooling) {
        SDVariable texts = sd.reshape(x, -1, length, width); // [texts, length, width]
        return switch (pooling) {
            case CLS -> row(texts, 0, width);
            case LAST_ROW -> row(texts, length - 1, width);
            case LAST_TOKEN -> sd.sum(texts.mul(sd.expandDims(lastToken, 2)), 1);
            case MEAN -> sd.sum(texts.mul(sd.expandDims(tokens, 2)), 1).div(sd.sum(tokens, true, 1));
        };
    }

    private SDVariable row(SDVariable texts, int index, int width) {
        SDVariable slice = texts.get(SDIndex.all(), SDIndex.interval(index, index + 1), SDIndex.all());
        return sd.reshape(slice, -1, width);
    }

    @Override
    public SDVariable select(SDVariable x) {
        return StockOp.rows(x, selected);
    }

    @Override
    public SDVariable lstm(SDVariable x, LstmWeights<SDVariable> weights, int hidden) {
        int in = Math.toIntExact(weights.input().getShape()[1]);
        SDVariable[] states = sd.rnn.lstmLayer(
                sd.reshape(x, -1, length, in),
                null,
                null,
                null,
                LSTMLayerWeights.builder()
                        .weights(sd.transpose(weights.input()))
                        .rWeights(sd.transpose(weights.state()))
                        .bias(weights.inputBias().add(weights.stateBias()))
                        .build(),
                LSTMLayerConfig.builder()
                        .lstmdataformat(LSTMDataFormat.NTS)
                        .directionMode(LSTMDirectionMode.FWD)
                        .gateAct(LSTMActivations.SIGMOID)
                        .cellAct(LSTMActivations.TANH)
                        .outAct(LSTMActivations.TANH)
                        .retFullSequence(true)
                        .retLastH(false)
                        .retLastC(false)
                        .build());
        return sd.reshape(states[0], -1, hidden); // [rows, hidden]
    }

    @Override
    SDVariable loss(Loss loss, SDVariable logits, SDVariable targets, SDVariable scale, int classes) {
        return loss.stock(sd, logits, targets, scale, classes);
    }

    /** @throws IllegalArgumentException if the number of a text's rows is not the graph's length */
    @Override
    public Map<String, Array> feed(Batch batch, int[] distinctIds, double scale, long seed) {
        Segments segments = batch.segments();
        int texts = segments.texts();
        float[] token = new float[texts * length];
        float[] last = new float[texts * length];
        for (int text = 0; text < texts; text++) {
            if (segments.span(text) != length) {
                throw new IllegalArgumentException(
                        "text " + text + " has " + segments.span(text) + " rows, the graph is built for " + length);
            }
            int tokensOfText = segments.lengths()[text];
            Arrays.fill(token, text * length, text * length + tokensOfText, 1f);
            last[text * length + tokensOfText - 1] = 1f;
        }
        Map<String, Array> feed = super.feed(batch, distinctIds, scale, seed);
        feed.put(tokens.name(), backend.upload(token, texts, length));
        feed.put(lastToken.name(), backend.upload(last, texts, length));
        for (int stream = 0; stream < masks.size(); stream++) {
            Mask mask = masks.get(stream);
            float[] factors = new float[texts * mask.width];
            for (int i = 0; i < factors.length; i++) {
                factors[i] = DropoutMask.factor(i, mask.rate, seed, stream);
            }
            feed.put(mask.name, backend.upload(factors, texts, mask.width));
        }
        return feed;
    }
}
