package org.modernbert4j.model;

import org.modernbert4j.backend.Activation;
import org.modernbert4j.backend.AttentionGeometry;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.ops.Layers;

/** Layers that compute nothing. A network built from them only declares its parameters. */
final class ParameterLayers implements Layers<Void> {
    @Override
    public Void name(Void x, String name) {
        return null;
    }

    @Override
    public Void embedding(Void table, int paddingId) {
        return null;
    }

    @Override
    public Void linear(Void x, Void weight, Void bias) {
        return null;
    }

    @Override
    public Void layerNorm(Void x, Void gamma, Void beta, double eps) {
        return null;
    }

    @Override
    public Fork<Void> fork(Void x, Void gamma, Void beta, double eps) {
        return new Fork<>(null, null);
    }

    @Override
    public Void add(Void x, Void y) {
        return null;
    }

    @Override
    public Void attention(Void q, Void k, Void v, AttentionGeometry geometry, double theta) {
        return null;
    }

    @Override
    public Void geglu(Void ab, int intermediate) {
        return null;
    }

    @Override
    public Void activation(Activation activation, Void x) {
        return null;
    }

    @Override
    public Void dropout(Void x, int width, double rate) {
        return null;
    }

    @Override
    public Void pool(Void x, int width, Pooling pooling) {
        return null;
    }

    @Override
    public Void select(Void x) {
        return null;
    }

    @Override
    public Void lstm(Void x, LstmWeights<Void> weights, int hidden) {
        return null;
    }
}
