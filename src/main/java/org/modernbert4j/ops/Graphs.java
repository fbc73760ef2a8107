package org.modernbert4j.ops;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.array.SingleThreadArrayHolder;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;

/** Makes, differentiates and reads SameDiff graphs. */
public final class Graphs {
    private Graphs() {}

    /** An empty graph that stores each variable once. SameDiff's default array holder keeps a second copy. */
    public static SameDiff create() {
        SameDiff sd = SameDiff.create();
        sd.setArrayHolders(new SingleThreadArrayHolder(), new SingleThreadArrayHolder(), false);
        return sd;
    }

    /**
     * Differentiates a graph with respect to all its variables.
     *
     * @param sd the graph
     * @param loss the variable to differentiate
     * @return the graph of forward and backward ops; it shares the variables' arrays
     */
    public static SameDiff differentiate(SameDiff sd, String loss) {
        sd.setLossVariables(loss);
        PrintStream console = System.out;
        try { // SameDiff prints a line for each op
            System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
            sd.createGradFunction();
        } finally {
            System.setOut(console);
        }
        return sd.getFunction("grad");
    }

    /**
     * The ops that outputs need, in the order to run them. The order is depth first, so that few arrays exist at the same time.
     *
     * @param graph without control flow
     * @param outputs names of variables
     * @param given computed variables with known values; ops that only these variables need are left out
     * @return names of ops
     * @throws IllegalArgumentException if the graph has no such output
     */
    static List<String> opsFor(SameDiff graph, List<String> outputs, Set<String> given) {
        record Visit(String op, Iterator<String> inputs) {}
        List<String> order = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        ArrayDeque<Visit> path = new ArrayDeque<>();
        path.push(new Visit(null, outputs.iterator()));
        while (!path.isEmpty()) {
            Visit visit = path.peek();
            if (visit.inputs.hasNext()) {
                String input = visit.inputs.next();
                if (!graph.hasVariable(input)) {
                    throw new IllegalArgumentException("the graph has no variable " + input);
                }
                String producer = given.contains(input)
                        ? null
                        : graph.getVariables().get(input).getOutputOfOp();
                if (producer != null && seen.add(producer)) {
                    path.push(new Visit(
                            producer, inputs(graph.getOps().get(producer)).iterator()));
                }
            } else {
                path.pop();
                if (visit.op != null) {
                    order.add(visit.op);
                }
            }
        }
        return order;
    }

    /** The variables that an op reads. */
    static List<String> inputs(SameDiffOp op) {
        return op.getInputsToOp() == null ? List.of() : op.getInputsToOp();
    }
}
