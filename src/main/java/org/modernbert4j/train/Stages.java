package org.modernbert4j.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.modernbert4j.freeze.EpochPlan;
import org.modernbert4j.freeze.Place;
import org.modernbert4j.model.AttentionKind;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.model.ParameterId;
import org.modernbert4j.model.ParameterId.LayerParameter;
import org.modernbert4j.model.ParameterId.Part;
import org.modernbert4j.model.ParameterId.Role;

/** Walks up a network and notes of each stage whether its gradients are needed in an epoch. */
final class Stages {
    private final ModernBertConfig config;
    private final Set<ParameterId> trainable;
    private final List<Stage> stages = new ArrayList<>();

    /** Whether what the walk has come to depends on anything that trains. */
    private boolean live;

    /** Whether what the walk has come to is one row of each text. */
    private boolean ofFirstRow;

    private Stages(EpochPlan epoch) {
        config = epoch.architecture().config();
        trainable = epoch.trainable();
    }

    /** The stages of a network, the lowest first. */
    static List<Stage> of(EpochPlan epoch) {
        Stages walk = new Stages(epoch);
        walk.live = walk.trains(new Place.Embeddings());
        boolean firstRowOnly = epoch.architecture().head().seesFirstRowOnly(walk.config);
        for (int layer = 0; layer < walk.config.layers(); layer++) {
            walk.attention(layer, firstRowOnly && layer == walk.config.layers() - 1);
            walk.feedForward(layer);
        }
        walk.norm(new Place.FinalNorm(), walk.trains(new Place.FinalNorm()));
        walk.head(epoch.architecture().head());
        return walk.stages;
    }

    private void attention(int layer, boolean firstRowAsks) {
        Place place = new Place.Layer(layer);
        norm(place, trains(layer, Role.ATTENTION_NORM));
        boolean queries = trains(layer, Role.QUERY);
        boolean keys = trains(layer, Role.KEY);
        boolean values = trains(layer, Role.VALUE);
        product(place, hidden(), hidden(), keys, queries || keys || values);
        product(place, hidden(), hidden(), values, false);
        ofFirstRow = firstRowAsks;
        product(place, hidden(), hidden(), queries, false);
        live |= queries || keys || values;
        boolean global = config.attentionKinds().get(layer) == AttentionKind.GLOBAL;
        int radius = global ? Integer.MAX_VALUE : config.slidingRadius();
        stages.add(new Stage.Attention(place, hidden(), radius, ofFirstRow, live));
        boolean output = trains(layer, Role.ATTENTION_OUTPUT);
        product(place, hidden(), hidden(), output, output && !live); // attention keeps its context itself
        live |= output;
    }

    private void feedForward(int layer) {
        Place place = new Place.Layer(layer);
        norm(place, trains(layer, Role.MLP_NORM));
        boolean input = trains(layer, Role.MLP_INPUT);
        product(place, hidden(), 2L * config.intermediateSize(), input, input);
        live |= input;
        stages.add(new Stage.Pointwise(place, live && !ofFirstRow ? 2L * config.intermediateSize() : 0));
        boolean output = trains(layer, Role.MLP_OUTPUT);
        product(place, config.intermediateSize(), hidden(), output, output);
        live |= output;
    }

    /** Only a recurrent head reads every row. */
    private void head(Head head) {
        if (head instanceof Head.Lstm) {
            Place place = new Place.Head();
            boolean trained = trains(place);
            product(place, hidden(), 4 * hidden(), trained, trained);
            boolean inputLive = live;
            live = true; // each step depends on the one before
            product(place, hidden(), 4 * hidden(), trained, false);
            stages.add(new Stage.Pointwise(place, trained || inputLive ? 6 * hidden() : 0));
        }
    }

    private void norm(Place place, boolean trained) {
        live |= trained;
        stages.add(new Stage.Pointwise(place, live && !ofFirstRow ? hidden() : 0));
    }

    private void product(Place place, long in, long out, boolean trained, boolean keepsInput) {
        stages.add(new Stage.Product(place, in, out, ofFirstRow, live, trained, keepsInput && !ofFirstRow ? in : 0));
    }

    private long hidden() {
        return config.hiddenSize();
    }

    private boolean trains(int layer, Role role) {
        return trainable.contains(new LayerParameter(layer, role, Part.WEIGHT))
                || trainable.contains(new LayerParameter(layer, role, Part.BIAS));
    }

    private boolean trains(Place place) {
        return trainable.stream().map(Place::of).anyMatch(place::equals);
    }
}
