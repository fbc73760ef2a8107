package org.modernbert4j.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.modernbert4j.backend.Machine;
import org.modernbert4j.ops.GraphDot.Cluster;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

class GraphDotTest {
    private static final String ID = "(\"(?:[^\"\\\\]|\\\\.)*\")";
    private static final Pattern NODE = Pattern.compile("^ +" + ID + " \\[.*\\];$", Pattern.MULTILINE);
    private static final Pattern EDGE =
            Pattern.compile("^ +" + ID + " -> " + ID + "(?: \\[.*\\])?;$", Pattern.MULTILINE);

    @ParameterizedTest
    @EnumSource(Machine.class)
    void declaresEveryOpAndBothEndsOfEveryEdge(Machine machine) {
        SameDiff sd = network(machine);
        String dot = GraphDot.of(sd, SmallGraph.LOSS, List.of());
        Set<String> nodes = nodes(dot);
        sd.getOps().keySet().forEach(op -> assertTrue(nodes.contains("\"op " + op + "\""), op));
        List<MatchResult> edges = EDGE.matcher(dot).results().toList();
        edges.forEach(edge -> assertTrue(nodes.containsAll(List.of(edge.group(1), edge.group(2))), edge.group()));
        int inputs = sd.getOps().values().stream()
                .mapToInt(op -> op.getInputsToOp().size())
                .sum();
        assertEquals(inputs, edges.size());
        assertEquals(count(dot, '{'), count(dot, '}'));
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void isTheSameForTheSameGraph(Machine machine) {
        String first = GraphDot.of(network(machine), SmallGraph.LOSS, List.of());
        assertEquals(first, GraphDot.of(network(machine), SmallGraph.LOSS, List.of()));
    }

    @Test
    void drawsKindsClustersAndNamesWithQuotes() throws IOException {
        SameDiff sd = Graphs.create();
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 2);
        SDVariable inner = x.mul(sd.constant("half", 0.5f)).add(sd.var("a.w", DataType.FLOAT, 2));
        inner.add(sd.var("b.\"w\\", DataType.FLOAT, 2)).rename("y");
        inner.mul(2).rename("not drawn");
        List<Cluster> clusters = List.of(new Cluster("first", List.of("a")), new Cluster("second", List.of("b")));
        Path golden = Path.of("src", "test", "resources", "inspect", "small-graph.dot");
        assertEquals(Files.readString(golden), GraphDot.of(sd, "y", clusters));
    }

    private static SameDiff network(Machine machine) {
        return new SmallGraph(machine.backend(), SmallGraph.PADDED, LayerCase.NETWORK).sd;
    }

    private static Set<String> nodes(String dot) {
        Set<String> nodes = new HashSet<>();
        NODE.matcher(dot)
                .results()
                .forEach(node -> assertTrue(nodes.add(node.group(1)), "declared twice: " + node.group(1)));
        return nodes;
    }

    private static long count(String text, char wanted) {
        return text.chars().filter(c -> c == wanted).count();
    }
}
