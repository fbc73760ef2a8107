package org.modernbert4j.ops;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.modernbert4j.backend.OpCall;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A plan to compute outputs of a graph. Arrays are in numbered slots.
 *
 * @param steps the ops, in order
 * @param slots number of slots
 * @param stored names of the graph's variables and constants, by slot
 * @param fed names of placeholders and of computed variables with known values, by slot
 * @param outputs the slot of each output
 */
record Plan(List<Step> steps, int slots, Map<Integer, String> stored, Map<Integer, String> fed, int[] outputs) {
    /**
     * The run of one op.
     *
     * @param op the op in the graph
     * @param call the same for a backend's kernel; null for a stock op
     * @param in slots of its inputs
     * @param out slots of its outputs, without a passed input; {@link #NONE} for one that nobody reads
     * @param rounded slots of its outputs rounded to bfloat16, {@link #NONE} for one that nobody reads; empty if none is
     * @param lastUses slots of the op that no later op reads
     */
    record Step(DifferentialFunction op, OpCall call, int[] in, int[] out, int[] rounded, int[] lastUses) {
        /** The step of an op whose last uses are not known yet. */
        Step(DifferentialFunction op, OpCall call, int[] in, int[] out) {
            this(op, call, in, out, new int[0], new int[0]);
        }

        boolean rounds() {
            return op instanceof OwnOp own && own.kind().equals(Linear.ROUNDING);
        }

        /** How many results it has: its outputs, then the rounded ones. */
        int results() {
            return out.length + rounded.length;
        }

        /** The slot of a result; {@link #NONE} if nobody reads it. */
        int result(int i) {
            return i < out.length ? out[i] : rounded[i - out.length];
        }

        /** The slots of the results that somebody reads. */
        IntStream filled() {
            return IntStream.range(0, results()).map(this::result).filter(slot -> slot != NONE);
        }

        /** The type of a result. ND4J's ops are taken to have float32 results. */
        DataType type(int i) {
            return i >= out.length
                    ? DataType.BFLOAT16
                    : op instanceof OwnOp own ? own.kind().type() : DataType.FLOAT;
        }

        /** The shape of a result. ND4J's ops are taken to keep the shape of their first input: those beside own ops are sums. */
        long[] shape(int i, long[][] in) {
            int output = i % out.length;
            if (rounds()) {
                return in[output]; // one of any number of arrays
            }
            return op instanceof OwnOp own ? own.kind().outputs().get(output).of(in) : in[0];
        }
    }

    /** No slot. */
    static final int NONE = -1;

    /**
     * Plans a run.
     *
     * @param graph without control flow
     * @param outputs names of variables
     * @param given computed variables with known values
     * @param rounding own ops whose kernels round outputs to bfloat16, and then roundings of many arrays at once
     * @throws IllegalArgumentException if the graph has no such output
     */
    static Plan of(SameDiff graph, List<String> outputs, Set<String> given, Set<String> rounding) {
        Slots slots = new Slots();
        List<Step> steps = new ArrayList<>();
        for (String name : Graphs.opsFor(graph, outputs, given)) {
            SameDiffOp op = graph.getOps().get(name);
            List<String> computed = op.getOutputsOfOp();
            if (op.getOp() instanceof OwnOp own && own.kind().passesInput()) {
                int passed = computed.size() - 1;
                slots.share(computed.get(passed), op.getInputsToOp().get(0));
                computed = computed.subList(0, passed);
            }
            if (!computed.isEmpty()) {
                OpCall call = op.getOp() instanceof OwnOp own ? own.call() : null;
                int[] in = slots.of(Graphs.inputs(op));
                steps.add(new Step(op.getOp(), call, in, slots.of(computed)));
            }
        }
        int[] outputSlots = slots.of(outputs);
        Map<Integer, String> stored = new LinkedHashMap<>();
        Map<Integer, String> fed = new LinkedHashMap<>();
        slots.numbers.forEach((name, slot) -> {
            VariableType type = graph.getVariable(name).getVariableType();
            if (type == VariableType.PLACEHOLDER || given.contains(name)) {
                fed.put(slot, name);
            } else if (type != VariableType.ARRAY) {
                stored.put(slot, name);
            }
        });
        Set<Integer> kept = new HashSet<>(stored.keySet());
        kept.addAll(fed.keySet());
        Arrays.stream(outputSlots).forEach(kept::add);
        if (!rounding.isEmpty()) {
            steps = new RoundingFusion(rounding, stored.keySet(), kept).apply(steps);
        }
        return new Plan(withLastUses(steps, kept), slots.count, stored, fed, outputSlots);
    }

    private static List<Step> withLastUses(List<Step> steps, Set<Integer> kept) {
        Set<Integer> ended = new HashSet<>(kept);
        ArrayDeque<Step> result = new ArrayDeque<>();
        for (int i = steps.size() - 1; i >= 0; i--) {
            Step step = steps.get(i);
            int[] lastUses = IntStream.concat(Arrays.stream(step.in), step.filled())
                    .filter(ended::add)
                    .toArray();
            result.push(new Step(step.op, step.call, step.in, step.out, step.rounded, lastUses));
        }
        return List.copyOf(result);
    }

    /** Whether the caller or the graph owns the array of a slot. */
    boolean isGiven(int slot) {
        return stored.containsKey(slot) || fed.containsKey(slot);
    }

    /**
     * The most bytes that the arrays of a run take at a time, given ones aside. What kernels take beside their outputs is not counted.
     *
     * @param shapes of the given arrays, by slot
     */
    long mostBytes(IntFunction<long[]> shapes) {
        long[][] known = new long[slots][];
        long[] bytes = new long[slots];
        Stream.of(stored.keySet(), fed.keySet()).flatMap(Set::stream).forEach(slot -> known[slot] = shapes.apply(slot));
        long now = 0;
        long most = 0;
        for (Step step : steps) {
            long[][] in = Arrays.stream(step.in).mapToObj(slot -> known[slot]).toArray(long[][]::new);
            for (int i = 0; i < step.results(); i++) {
                int slot = step.result(i);
                if (slot != NONE) {
                    known[slot] = step.shape(i, in);
                    bytes[slot] = Arrays.stream(known[slot]).reduce(step.type(i).width(), Math::multiplyExact);
                    now += bytes[slot];
                }
            }
            most = Math.max(most, now);
            for (int slot : step.lastUses) {
                now -= bytes[slot];
            }
        }
        return most;
    }

    /** The slots of a plan's variables. */
    private static final class Slots {
        private final Map<String, Integer> numbers = new LinkedHashMap<>();
        private int count;

        int of(String variable) {
            return numbers.computeIfAbsent(variable, name -> count++);
        }

        int[] of(List<String> variables) {
            return variables.stream().mapToInt(this::of).toArray();
        }

        void share(String alias, String variable) {
            numbers.put(alias, of(variable));
        }
    }
}
