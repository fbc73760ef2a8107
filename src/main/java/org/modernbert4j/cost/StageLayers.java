package org.modernbert4j.cost;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import org.modernbert4j.backend.Activation;
import org.modernbert4j.backend.AttentionGeometry;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.cost.StageLayers.Value;
import org.modernbert4j.freeze.EpochPlan;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.ModernBert;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.model.Place;
import org.modernbert4j.ops.Layers;

/** Layers that compute nothing. Building a network from them lists the costs of its stages in an epoch. */
final class StageLayers implements Layers<Value> {
    /** Numbers that an LSTM keeps per state element: four gates, a cell and a state. */
    private static final int KEPT_BY_LSTM = 6;

    /** Matrix products in the forward pass of attention: scores and context. */
    private static final int ATTENTION_FORWARD = 2;

    /** Matrix products in its backward pass: scores again, and the gradients of probabilities, queries, keys and values. */
    private static final int ATTENTION_BACKWARD = 5;

    /**
     * A part of a network that costs time or memory.
     *
     * @param place where it is
     * @param product multiplications and additions in one of its matrix products, as a function of a text's rows
     * @param forwardProducts number of such products in the forward pass
     * @param backwardProducts number of such products in the backward pass
     * @param kept numbers per row that are kept for the backward pass
     */
    record Stage(Place place, IntToDoubleFunction product, int forwardProducts, int backwardProducts, long kept) {
        /** Multiplications and additions in the forward pass of a text with this many rows. */
        double forward(int rows) {
            return forwardProducts * product.applyAsDouble(rows);
        }

        /** Multiplications and additions in the backward pass of a text with this many rows. */
        double backward(int rows) {
            return backwardProducts * product.applyAsDouble(rows);
        }
    }

    /**
     * A parameter or an activation, without its numbers.
     *
     * @param place where it is, or where it is computed
     * @param rows number of rows of a parameter
     * @param width columns of a matrix, or elements of a vector
     * @param live whether it trains, or depends on a parameter that does
     * @param onePerText whether it has one row per text instead of one per token
     */
    record Value(Place place, long rows, long width, boolean live, boolean onePerText) {}

    private final List<Stage> stages = new ArrayList<>();

    /** The activations that a stage already keeps for the backward pass. */
    private final Set<Value> kept = Collections.newSetFromMap(new IdentityHashMap<>());

    private StageLayers() {}

    /** The stages of a network in an epoch, in the order in which they run. */
    static List<Stage> of(EpochPlan epoch) {
        Map<Parameter, Value> parameters = new HashMap<>();
        StageLayers layers = new StageLayers();
        Architecture architecture = epoch.architecture();
        architecture.logits(new ModernBert<>(
                architecture.config(),
                layers,
                parameter -> parameters.computeIfAbsent(parameter, one -> {
                    long[] shape = one.dimensions();
                    boolean trains = epoch.trainable().contains(one);
                    return new Value(one.place(), shape[0], shape[shape.length - 1], trains, false);
                })));
        return layers.stages;
    }

    /** Numbers per row to keep an activation: 0 if it is kept already, and 0 (negligible) if it has one row per text. */
    private long keep(Value x) {
        return kept.add(x) && !x.onePerText ? x.width : 0;
    }

    /** A product of an activation with a weight matrix. */
    private void product(Value weight, Value x, long keeps) {
        IntToDoubleFunction product = rows -> 2.0 * (x.onePerText ? 1 : rows) * x.width * weight.rows;
        stages.add(new Stage(weight.place, product, 1, (x.live ? 1 : 0) + (weight.live ? 1 : 0), keeps));
    }

    /** A stage that takes almost no time, such as a normalisation or a gate. */
    private void pointwise(Place place, long keeps) {
        stages.add(new Stage(place, rows -> 0, 0, 0, keeps));
    }

    private static boolean live(Value one, Value... others) {
        boolean live = one.live;
        for (Value other : others) {
            live |= other != null && other.live;
        }
        return live;
    }

    @Override
    public Value name(Value x, String name) {
        return x;
    }

    @Override
    public Value embedding(Value table, int paddingId) {
        return new Value(table.place, 0, table.width, table.live, false);
    }

    @Override
    public Value linear(Value x, Value weight, Value bias) {
        long inputs = weight.live ? keep(x) : 0;
        product(weight, x, inputs);
        return new Value(weight.place, 0, weight.rows, live(x, weight, bias), x.onePerText);
    }

    @Override
    public Value layerNorm(Value x, Value gamma, Value beta, double eps) {
        Value y = new Value(gamma.place, 0, x.width, live(x, gamma, beta), x.onePerText);
        pointwise(y.place, y.live ? keep(x) : 0);
        return y;
    }

    @Override
    public Fork<Value> fork(Value x, Value gamma, Value beta, double eps) {
        return new Fork<>(x, layerNorm(x, gamma, beta, eps));
    }

    @Override
    public Value add(Value x, Value y) {
        return new Value(y.place, 0, x.width, live(x, y), x.onePerText);
    }

    @Override
    public Value attention(Value q, Value k, Value v, AttentionGeometry geometry, double theta) {
        Value context = new Value(q.place, 0, q.width, live(q, k, v), q.onePerText);
        long window = 2L * geometry.radius() + 1;
        IntToDoubleFunction product = rows -> 2.0 * (q.onePerText ? 1 : rows) * Math.min(rows, window) * q.width;
        if (context.live) {
            kept.add(context); // attention keeps keys and values, queries and context
            stages.add(new Stage(
                    q.place, product, ATTENTION_FORWARD, ATTENTION_BACKWARD, (q.onePerText ? 2 : 4) * q.width));
        } else {
            stages.add(new Stage(q.place, product, ATTENTION_FORWARD, 0, 0));
        }
        return context;
    }

    @Override
    public Value geglu(Value ab, int intermediate) {
        pointwise(ab.place, ab.live ? keep(ab) : 0);
        return new Value(ab.place, 0, intermediate, ab.live, ab.onePerText);
    }

    @Override
    public Value activation(Activation activation, Value x) {
        pointwise(x.place, x.live ? keep(x) : 0);
        return new Value(x.place, 0, x.width, x.live, x.onePerText);
    }

    @Override
    public Value dropout(Value x, int width, double rate) {
        return x;
    }

    @Override
    public Value pool(Value x, int width, Pooling pooling) {
        return new Value(x.place, 0, width, x.live, true);
    }

    @Override
    public Value select(Value x) {
        return x;
    }

    @Override
    public Value lstm(Value x, LstmWeights<Value> weights, int hidden) {
        Value projected = linear(x, weights.input(), weights.inputBias());
        Place place = projected.place;
        boolean live = live(projected, weights.state(), weights.stateBias());
        product(weights.state(), new Value(place, 0, hidden, live, false), 0);
        pointwise(place, live ? (long) KEPT_BY_LSTM * hidden : 0);
        return new Value(place, 0, hidden, live, false);
    }
}
