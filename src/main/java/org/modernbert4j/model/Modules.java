package org.modernbert4j.model;

import java.util.Arrays;
import java.util.function.Function;
import org.modernbert4j.model.Initialization.Constant;
import org.modernbert4j.model.Parameter.Kind;
import org.modernbert4j.model.Parameter.Published;
import org.modernbert4j.ops.Layers;
import org.modernbert4j.ops.Layers.Fork;

/**
 * Modules at one place of a network. Each module declares its parameters where it uses them: name, shape, initial values and
 * published tensor.
 *
 * <pre>{@code
 * T q = modules.linear("attn.q", hidden, hidden).bias(biased).init(normal).from("attn.Wqkv", 0, 3).of(x);
 * }</pre>
 *
 * @param <T> input and output of a layer, such as a variable of a graph
 */
public final class Modules<T> {
    private final Layers<T> layers;
    private final Function<Parameter, T> parameters;
    private final Place place;
    private final String names;
    private final String tensors;

    /**
     * @param parameters gives a parameter's value; called at each use, so several times for a parameter with several uses
     * @param names prefix of the parameters' names
     * @param tensors prefix of the published tensors' names
     */
    Modules(Layers<T> layers, Function<Parameter, T> parameters, Place place, String names, String tensors) {
        this.layers = layers;
        this.parameters = parameters;
        this.place = place;
        this.names = names;
        this.tensors = tensors;
    }

    /**
     * A parameter that is stored as a published tensor of the same name.
     *
     * @param name dotted, within the place
     * @param shape its dimensions
     */
    public T parameter(String name, Kind kind, Initialization initialization, long... shape) {
        String component = kind.isNorm() ? "norm" : name;
        return declare(name, component, kind, initialization, Published.whole(tensors + name), shape);
    }

    private T declare(
            String name,
            String component,
            Kind kind,
            Initialization initialization,
            Published published,
            long... shape) {
        return parameters.apply(new Parameter(
                names + name,
                place,
                component,
                kind,
                Arrays.stream(shape).boxed().toList(),
                initialization,
                published));
    }

    /**
     * Layer normalisation of each row.
     *
     * @param name of the module
     * @param x {@code [n, hidden]}
     */
    T norm(String name, EncoderConfig encoder, T x) {
        return layers.layerNorm(
                x, factor(name, encoder), bias(name, encoder), encoder.norm().eps());
    }

    /** {@link #norm} at the start of a residual branch. */
    Fork<T> fork(String name, EncoderConfig encoder, T x) {
        return layers.fork(
                x, factor(name, encoder), bias(name, encoder), encoder.norm().eps());
    }

    private T factor(String name, EncoderConfig encoder) {
        return parameter(name + ".weight", Kind.NORM_WEIGHT, Constant.ONES, encoder.hiddenSize());
    }

    private T bias(String name, EncoderConfig encoder) {
        return encoder.norm().bias()
                ? parameter(name + ".bias", Kind.NORM_BIAS, Constant.ZEROS, encoder.hiddenSize())
                : null;
    }

    /**
     * Begins a linear layer. By default it has no bias, is initialised to zero and is published under its own name.
     *
     * @param name of the module
     */
    public Linear linear(String name, long out, long in) {
        return new Linear(name, out, in);
    }

    /** A linear layer that is being declared. */
    public final class Linear {
        private final String name;
        private final long out;
        private final long in;
        private String component;
        private boolean biased;
        private Initialization ofMatrix = Constant.ZEROS;
        private Initialization ofBias = Constant.ZEROS;
        private Published module;

        private Linear(String name, long out, long in) {
            this.name = name;
            this.out = out;
            this.in = in;
            component = name.substring(name.lastIndexOf('.') + 1);
            module = Published.whole(name);
        }

        /** Whether a bias is added. */
        public Linear bias(boolean present) {
            biased = present;
            return this;
        }

        /** How the matrix is initialised. The bias starts at 0. */
        public Linear init(Initialization initialization) {
            ofMatrix = initialization;
            return this;
        }

        /** How matrix and bias are initialised. */
        public Linear initAll(Initialization initialization) {
            ofBias = initialization;
            return init(initialization);
        }

        /** Where it is published: as one of {@code parts} equal parts of a tensor; {@code part} counts from 0. */
        Linear from(String tensor, int part, int parts) {
            module = new Published(tensor, part, parts);
            return this;
        }

        /** The component of its parameters; by default the last word of its name. */
        Linear component(String word) {
            component = word;
            return this;
        }

        /**
         * Applies it.
         *
         * @param x {@code [n, in]}
         * @return {@code [n, out]}
         */
        public T of(T x) {
            T weight = declare(name + ".weight", component, Kind.MATRIX, ofMatrix, tensor(".weight"), out, in);
            T bias = biased ? declare(name + ".bias", component, Kind.BIAS, ofBias, tensor(".bias"), out) : null;
            return layers.linear(x, weight, bias);
        }

        private Published tensor(String suffix) {
            return new Published(tensors + module.tensor() + suffix, module.part(), module.parts());
        }
    }
}
