package org.modernbert4j.model;

import java.util.Arrays;
import java.util.function.Function;
import org.modernbert4j.model.Initialization.Constant;
import org.modernbert4j.model.Parameter.Kind;
import org.modernbert4j.ops.Layers;
import org.modernbert4j.ops.Layers.Fork;

/**
 * The modules of one place of a network. Each declares its parameters where it uses them: name, shape, initial values and published
 * tensor.
 *
 * <pre>{@code
 * T q = modules.linear("attn.q", hidden, hidden).bias(biased).init(normal).from("attn.Wqkv", 0, 3).of(x);
 * }</pre>
 *
 * @param <T> what a layer takes and gives
 */
public final class Modules<T> {
    private final Layers<T> layers;
    private final Function<Parameter, T> parameters;
    private final Place place;
    private final String names;
    private final String tensors;

    /**
     * @param parameters gives a parameter's value; called at each use, so more than once for some
     * @param names what the parameters' names begin with
     * @param tensors what the published tensors' names begin with
     */
    Modules(Layers<T> layers, Function<Parameter, T> parameters, Place place, String names, String tensors) {
        this.layers = layers;
        this.parameters = parameters;
        this.place = place;
        this.names = names;
        this.tensors = tensors;
    }

    /** What the modules are built from. */
    public Layers<T> layers() {
        return layers;
    }

    /**
     * A parameter that is a published tensor of its own.
     *
     * @param name dotted, within the place
     * @param tensor the published one's name, within the place
     * @param shape its dimensions
     */
    public T parameter(String name, Kind kind, Initialization initialization, String tensor, long... shape) {
        String component = kind.isNorm() ? "norm" : name;
        return declare(name, component, kind, initialization, Published.whole(tensors + tensor), shape);
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
     * @param name of the module; of the published one too, unless {@code tensor} is another
     * @param x {@code [n, width]}
     */
    public T norm(String name, String tensor, NormConfig config, long width, T x) {
        return layers.layerNorm(x, factor(name, tensor, width), bias(name, tensor, config, width), config.eps());
    }

    /** {@link #norm} at the start of a residual branch. */
    public Fork<T> fork(String name, NormConfig config, long width, T x) {
        return layers.fork(x, factor(name, name, width), bias(name, name, config, width), config.eps());
    }

    private T factor(String name, String tensor, long width) {
        return parameter(name + ".weight", Kind.NORM_WEIGHT, Constant.ONES, tensor + ".weight", width);
    }

    private T bias(String name, String tensor, NormConfig config, long width) {
        return config.bias()
                ? parameter(name + ".bias", Kind.NORM_BIAS, Constant.ZEROS, tensor + ".bias", width)
                : null;
    }

    /**
     * A linear layer, without a bias and published under its own name unless it is told otherwise.
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

        /** How the matrix is initialised; the bias begins at 0. */
        public Linear init(Initialization initialization) {
            ofMatrix = initialization;
            return this;
        }

        /** How matrix and bias are initialised. */
        public Linear initAll(Initialization initialization) {
            ofBias = initialization;
            return init(initialization);
        }

        /** Which published module it is. */
        public Linear from(String tensor) {
            module = Published.whole(tensor);
            return this;
        }

        /** Which part of a published module it is, from 0, of how many. */
        public Linear from(String tensor, int part, int parts) {
            module = new Published(tensor, part, parts);
            return this;
        }

        /** What of its place it belongs to; the last word of its name unless given. */
        public Linear component(String word) {
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
