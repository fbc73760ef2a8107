package org.modernbert4j.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;

/**
 * Writes a graph in the DOT language of Graphviz. Ops are boxes. Placeholders, variables and constants are next to the ops that use
 * them, once per cluster. Equal graphs give equal texts.
 */
public final class GraphDot {
    private static final int OUTSIDE = -1;
    private static final String HEADER =
            """
            digraph {
              graph [rankdir=BT, nodesep=0.15, ranksep=0.3, fontname=Helvetica];
              node [fontname=Helvetica, fontsize=10, height=0.2, style=filled, fillcolor=white];
              edge [arrowsize=0.6];
            """;

    /** Reserves a rank for the variables next to an op, so that clusters are stacked vertically. */
    private static final String BETWEEN_CLUSTERS = " [minlen=2]";

    /**
     * A framed part of the graph. An op belongs to the last cluster among those of its inputs.
     *
     * @param label of the frame
     * @param names of its variables or modules: {@code layers.1} holds {@code layers.1.attn.q.weight}
     */
    public record Cluster(String label, List<String> names) {
        private boolean holds(String variable) {
            return names.stream().anyMatch(name -> variable.equals(name) || variable.startsWith(name + "."));
        }
    }

    private final SameDiff sd;
    private final List<Cluster> clusters;
    private final Map<String, Integer> clusterOfVariable = new HashMap<>();
    private final Map<String, Integer> clusterOfOp = new HashMap<>();
    private final Map<Integer, Set<String>> nodes = new TreeMap<>();
    private final List<String> edges = new ArrayList<>();

    private GraphDot(SameDiff sd, List<Cluster> clusters) {
        this.sd = sd;
        this.clusters = clusters;
        for (int cluster = OUTSIDE; cluster < clusters.size(); cluster++) {
            nodes.put(cluster, new LinkedHashSet<>());
        }
    }

    /**
     * Writes the part of a graph that an output needs.
     *
     * @param sd the graph
     * @param output name of a variable
     * @param clusters in the order in which the graph uses them
     */
    public static String of(SameDiff sd, String output, List<Cluster> clusters) {
        GraphDot dot = new GraphDot(sd, clusters);
        Graphs.opsFor(sd, List.of(output), Set.of())
                .forEach(op -> dot.add(sd.getOps().get(op)));
        return dot.text();
    }

    private void add(SameDiffOp op) {
        List<String> inputs = Graphs.inputs(op);
        int cluster = inputs.stream().mapToInt(this::cluster).max().orElse(OUTSIDE);
        nodes.get(cluster).add(node(op));
        for (String input : inputs) {
            edges.add(edge(input, op.getName(), cluster));
        }
        clusterOfOp.put(op.getName(), cluster);
        op.getOutputsOfOp().forEach(output -> clusterOfVariable.put(output, Math.max(cluster, named(output))));
    }

    private int cluster(String variable) {
        return clusterOfVariable.computeIfAbsent(variable, this::named);
    }

    private int named(String variable) {
        for (int cluster = 0; cluster < clusters.size(); cluster++) {
            if (clusters.get(cluster).holds(variable)) {
                return cluster;
            }
        }
        return OUTSIDE;
    }

    /** An edge from the op that computes an input, or from the input's own node next to the op that uses it. */
    private String edge(String input, String op, int cluster) {
        String producer = sd.getVariables().get(input).getOutputOfOp();
        if (producer == null) {
            String id = quoted("variable " + input + " " + cluster);
            nodes.get(cluster).add(id + style(sd.getVariable(input)));
            return id + " -> " + id(op) + ";";
        }
        boolean crossing = clusterOfOp.get(producer) != cluster;
        return id(producer) + " -> " + id(op) + (crossing ? BETWEEN_CLUSTERS : "") + ";";
    }

    private static String id(String op) {
        return quoted("op " + op);
    }

    /** The node of an op: its name, and those outputs that were renamed. */
    private static String node(SameDiffOp op) {
        String renamed = op.getOutputsOfOp().stream()
                .filter(output -> !output.startsWith(op.getName()))
                .map(output -> "\n= " + output)
                .collect(Collectors.joining());
        return "%s [shape=box, label=%s];".formatted(id(op.getName()), quoted(op.getName() + renamed));
    }

    private static String style(SDVariable variable) {
        boolean fed = variable.getVariableType() == VariableType.PLACEHOLDER;
        long[] shape = fed ? variable.placeholderShape() : variable.getShape();
        String look =
                switch (variable.getVariableType()) {
                    case PLACEHOLDER -> "shape=ellipse, fillcolor=lightyellow";
                    case VARIABLE -> "shape=box, style=\"filled,rounded\", fillcolor=lightblue";
                    case CONSTANT -> "shape=box, style=\"filled,rounded\", fillcolor=gray90";
                    case ARRAY, SEQUENCE -> throw new IllegalStateException(variable.name() + " is computed by no op");
                };
        String label = "%s\n%s %s %s"
                .formatted(
                        variable.name(),
                        variable.getVariableType().name().toLowerCase(Locale.ROOT),
                        variable.dataType(),
                        Arrays.toString(shape).replace("-1", "?"));
        return " [%s, label=%s];".formatted(look, quoted(label));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    private String text() {
        StringBuilder text = new StringBuilder(HEADER);
        nodes.forEach((cluster, lines) -> {
            if (cluster == OUTSIDE) {
                lines.forEach(line -> text.append("  ").append(line).append('\n'));
            } else {
                text.append("  subgraph cluster_%d {\n".formatted(cluster));
                text.append("    label=%s;\n".formatted(quoted(clusters.get(cluster).label)));
                lines.forEach(line -> text.append("    ").append(line).append('\n'));
                text.append("  }\n");
            }
        });
        edges.forEach(edge -> text.append("  ").append(edge).append('\n'));
        return text.append("}\n").toString();
    }
}
