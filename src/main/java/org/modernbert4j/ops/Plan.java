package org.modernbert4j.ops;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.modernbert4j.backend.OpCall;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;

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
     * @param out slots of its outputs, without a passed input
     * @param lastUses slots of the op that no later op reads
     */
    record Step(DifferentialFunction op, OpCall call, int[] in, int[] out, int[] lastUses) {}

    /**
     * Plans a run.
     *
     * @param graph without control flow
     * @param outputs names of variables
     * @param given computed variables with known values
     * @throws IllegalArgumentException if the graph has no such output
     */
    static Plan of(SameDiff graph, List<String> outputs, Set<String> given) {
        Slots slots = new Slots();
        List<Step> withoutLastUses = new ArrayList<>();
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
                withoutLastUses.add(new Step(op.getOp(), call, in, slots.of(computed), new int[0]));
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
        return new Plan(withLastUses(withoutLastUses, kept), slots.count, stored, fed, outputSlots);
    }

    private static List<Step> withLastUses(List<Step> steps, Set<Integer> kept) {
        Set<Integer> ended = new HashSet<>(kept);
        ArrayDeque<Step> result = new ArrayDeque<>();
        for (int i = steps.size() - 1; i >= 0; i--) {
            Step step = steps.get(i);
            int[] lastUses = Stream.of(step.in, step.out)
                    .flatMapToInt(Arrays::stream)
                    .filter(ended::add)
                    .toArray();
            result.push(new Step(step.op, step.call, step.in, step.out, lastUses));
        }
        return List.copyOf(result);
    }

    /** Whether the caller or the graph owns the array of a slot. */
    boolean isGiven(int slot) {
        return stored.containsKey(slot) || fed.containsKey(slot);
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
