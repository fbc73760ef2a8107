package org.modernbert4j.ops;

import java.util.List;
import java.util.function.IntFunction;
import org.modernbert4j.backend.OpCall;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A kind of own op: its name, its shapes and its gradient. A backend finds the kernel by the name. SameDiff also copies, saves and
 * loads ops by name, so the name is unique. It must not contain {@code _grad}, because SameDiff removes that.
 *
 * @param name of the op
 * @param outputs computes the shape of each output
 * @param type of all outputs
 * @param passesInput whether the last output is the unchanged first input. No kernel computes it: {@link GraphExecutor} uses the
 *     input's array for both
 * @param gradient of the op, or {@link #NO_GRADIENT}
 * @param operations counts the operations of its matrix products, or {@link #NO_PRODUCT}
 */
record OpKind(
        String name,
        List<Shape> outputs,
        DataType type,
        boolean passesInput,
        Gradient gradient,
        Operations operations) {
    /** The kinds of one file. {@link java.util.ServiceLoader} finds it, so that no list names the files. */
    interface Provider {
        List<OpKind> kinds();
    }

    /** For an op that is never differentiated. */
    static final Gradient NO_GRADIENT = (op, dy) -> {
        throw new UnsupportedOperationException(op.opName() + " has no gradient");
    };

    /** For an op without matrix products. */
    static final Operations NO_PRODUCT = (call, in, integers) -> 0;

    /** Computes the shape of an output from the shapes of the inputs. */
    @FunctionalInterface
    interface Shape {
        /** The output's shape. */
        long[] of(long[][] in);
    }

    /** Differentiates an op. */
    @FunctionalInterface
    interface Gradient {
        /**
         * Adds the gradients of the op's inputs to its graph. Inputs without a gradient come last and are left out. To return an
         * incoming gradient unchanged, wrap it in an {@link Elementwise#ALIAS}, because SameDiff renames what is returned.
         *
         * @param op an op in the graph
         * @param dy the gradients of its outputs
         */
        List<SDVariable> of(OwnOp op, List<SDVariable> dy);
    }

    /** Counts the floating-point additions and multiplications in an op's matrix products; 0 if it has none. */
    @FunctionalInterface
    interface Operations {
        /**
         * The number of operations.
         *
         * @param call the op's attributes
         * @param in shapes of the inputs
         * @param integers gives the elements of an int32 input by its number
         */
        double of(OpCall call, long[][] in, IntFunction<int[]> integers);
    }

    /** A kind with float32 outputs of these shapes, without gradient or matrix products. */
    static OpKind of(String name, Shape... outputs) {
        return new OpKind(name, List.of(outputs), DataType.FLOAT, false, NO_GRADIENT, NO_PRODUCT);
    }

    /** The same kind with outputs of another type. */
    OpKind withType(DataType other) {
        return new OpKind(name, outputs, other, passesInput, gradient, operations);
    }

    /** The same kind, whose last output is the unchanged first input. */
    OpKind passingInput() {
        return new OpKind(name, outputs, type, true, gradient, operations);
    }

    /** The same kind with a gradient. */
    OpKind withGradient(Gradient added) {
        return new OpKind(name, outputs, type, passesInput, added, operations);
    }

    /** The same kind with matrix products. */
    OpKind withOperations(Operations added) {
        return new OpKind(name, outputs, type, passesInput, gradient, added);
    }

    /**
     * Adds an op of this kind to a graph.
     *
     * @param inputs variables of the graph; an absent last input is null
     */
    OwnOp on(SDVariable... inputs) {
        return new OwnOp(this, inputs);
    }
}
