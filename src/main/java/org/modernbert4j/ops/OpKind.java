package org.modernbert4j.ops;

import java.util.List;
import java.util.function.IntFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A kind of own op: its name, its shapes and its gradient. A backend finds the kernel by the name. SameDiff copies, saves and loads
 * ops by name too, so the name is unique and does not contain {@code _grad}, which SameDiff strips.
 *
 * @param name of the op
 * @param outputs the shape of each output
 * @param type of all outputs
 * @param passesInput whether the last output is the first input as it is. No kernel computes it: {@link GraphExecutor} has the
 *     input's array under both names, any other session copies it
 * @param gradient of the op, or null if nothing differentiates it
 * @param operations of the matrix products in it
 */
public record OpKind(
        String name,
        List<Shape> outputs,
        DataType type,
        boolean passesInput,
        Gradient gradient,
        Operations operations) {
    /** Of an op without matrix products. */
    public static final Operations NO_PRODUCT = (op, in, integers) -> 0;

    /** Makes kinds of ops known; found by {@link java.util.ServiceLoader}. */
    public interface Provider {
        /** The kinds. */
        List<OpKind> kinds();
    }

    /** The shape of an output for the shapes of the inputs. */
    @FunctionalInterface
    public interface Shape {
        /** The output's shape. */
        long[] of(long[][] in);
    }

    /** Differentiates an op. */
    @FunctionalInterface
    public interface Gradient {
        /**
         * Adds the gradients of the op's inputs to its graph. Inputs without a gradient come last and are left out. An incoming
         * gradient is not returned as it is, as SameDiff would rename it, but as an {@link Elementwise#ALIAS}.
         *
         * @param op in the graph
         * @param dy the gradients of its outputs
         */
        List<SDVariable> of(OwnOp op, List<SDVariable> dy);
    }

    /** Counts the floating-point additions and multiplications of the matrix products in an op; 0 if there is none. */
    @FunctionalInterface
    public interface Operations {
        /**
         * Their number.
         *
         * @param op with its attributes
         * @param in shapes of the inputs
         * @param integers gives the elements of an int32 input by its number
         */
        double of(OwnOp op, long[][] in, IntFunction<int[]> integers);
    }

    /** A kind with float32 outputs of these shapes, without gradient or matrix products. */
    public static OpKind of(String name, Shape... outputs) {
        return new OpKind(name, List.of(outputs), DataType.FLOAT, false, null, NO_PRODUCT);
    }

    /** The same kind with a gradient. */
    public OpKind withGradient(Gradient added) {
        return new OpKind(name, outputs, type, passesInput, added, operations);
    }

    /** The same kind with matrix products. */
    public OpKind withOperations(Operations added) {
        return new OpKind(name, outputs, type, passesInput, gradient, added);
    }

    /**
     * Adds an op of this kind to a graph.
     *
     * @param inputs variables of the graph; null for an absent last one
     */
    public OwnOp on(SDVariable... inputs) {
        return new OwnOp(this, inputs);
    }
}
