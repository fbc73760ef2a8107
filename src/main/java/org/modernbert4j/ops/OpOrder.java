package org.modernbert4j.ops;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;

/** Which ops some variables need, in an order in which they can be run. */
final class OpOrder {
    private OpOrder() {}

    /**
     * The ops that outputs need, each after those that it needs, depth first: few arrays live at the same time.
     *
     * @param graph without control flow
     * @param outputs names of variables
     * @param given computed variables whose values are known, so that nothing is needed for them
     * @return names of ops
     * @throws IllegalArgumentException if the graph has no such output
     */
    static List<String> of(SameDiff graph, List<String> outputs, Set<String> given) {
        record Visit(String op, Iterator<String> inputs) {}
        List<String> order = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        ArrayDeque<Visit> path = new ArrayDeque<>();
        for (String output : outputs) {
            if (!graph.hasVariable(output)) {
                throw new IllegalArgumentException("the graph has no variable " + output);
            }
            Iterator<String> next = List.of(output).iterator();
            String op = null;
            while (true) {
                if (next.hasNext()) {
                    String input = next.next();
                    String producer = given.contains(input)
                            ? null
                            : graph.getVariables().get(input).getOutputOfOp();
                    if (producer != null && seen.add(producer)) {
                        path.push(new Visit(op, next));
                        op = producer;
                        next = inputs(graph.getOps().get(op)).iterator();
                    }
                    continue;
                }
                if (op == null) {
                    break;
                }
                order.add(op);
                Visit above = path.pop();
                op = above.op;
                next = above.inputs;
            }
        }
        return order;
    }

    /** The variables that an op reads. */
    static List<String> inputs(SameDiffOp op) {
        return op.getInputsToOp() == null ? List.of() : op.getInputsToOp();
    }
}
