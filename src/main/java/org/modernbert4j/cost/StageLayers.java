package org.modernbert4j.cost;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.modernbert4j.backend.AttentionGeometry;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.cost.StageLayers.Value;
import org.modernbert4j.freeze.EpochPlan;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.model.Place;
import org.modernbert4j.ops.Activation;
import org.modernbert4j.ops.Layers;

/**
 * Layers that compute nothing: a network that is built from them notes what each of its stages costs, and whether its gradients are
 * needed in an epoch.
 */
final class StageLayers implements Layers<Value> {
    /** Gates, cells and states of an LSTM, in widths of its state. */
    private static final int KEPT_BY_LSTM = 6;

    /**
     * What is known of a parameter or an activation.
     *
     * @param place where it is, or was computed
     * @param rows of a parameter
     * @param width columns of a matrix, or elements of a vector
     * @param live whether it trains, or depends on anything that does
     * @param onePerText whether it has one row for each text, instead of one for each token
     */
    record Value(Place place, long rows, long width, boolean live, boolean onePerText) {}

    private final List<Stage> stages = new ArrayList<>();

    /** The activations that some stage keeps for the backward pass. */
    private final Set<Value> kept = Collections.newSetFromMap(new IdentityHashMap<>());

    private StageLayers() {}

    /** The stages of a network in an epoch, in the order in which they run. */
    static List<Stage> of(EpochPlan epoch) {
        Map<Parameter, Value> parameters = new HashMap<>();
        StageLayers layers = new StageLayers();
        epoch.architecture()
                .build(
                        layers,
                        parameter -> parameters.computeIfAbsent(parameter, one -> {
                            long[] shape = one.dimensions();
                            boolean trains = epoch.trainable().contains(one);
                            return new Value(one.place(), shape[0], shape[shape.length - 1], trains, false);
                        }));
        return layers.stages;
    }

    /** Numbers of a row that are kept of an activation; none that are kept already, and next to none of one row a text. */
    private long keep(Value x) {
        return kept.add(x) && !x.onePerText ? x.width : 0;
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
        stages.add(new Stage.Product(weight.place, x.width, weight.rows, x.onePerText, x.live, weight.live, inputs));
        return new Value(weight.place, 0, weight.rows, live(x, weight, bias), x.onePerText);
    }

    @Override
    public Value layerNorm(Value x, Value gamma, Value beta, double eps) {
        Value y = new Value(gamma.place, 0, x.width, live(x, gamma, beta), x.onePerText);
        stages.add(new Stage.Pointwise(y.place, y.live ? keep(x) : 0));
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
        stages.add(new Stage.Attention(q.place, q.width, geometry.radius(), q.onePerText, context.live));
        if (context.live) {
            kept.add(context); // by attention itself
        }
        return context;
    }

    @Override
    public Value geglu(Value ab, int intermediate) {
        stages.add(new Stage.Pointwise(ab.place, ab.live ? keep(ab) : 0));
        return new Value(ab.place, 0, intermediate, ab.live, ab.onePerText);
    }

    @Override
    public Value activation(Activation activation, Value x) {
        stages.add(new Stage.Pointwise(x.place, x.live ? keep(x) : 0));
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
        stages.add(new Stage.Product(place, hidden, weights.state().rows, false, live, weights.state().live, 0));
        stages.add(new Stage.Pointwise(place, live ? (long) KEPT_BY_LSTM * hidden : 0));
        return new Value(place, 0, hidden, live, false);
    }
}
