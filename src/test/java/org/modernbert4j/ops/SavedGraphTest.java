package org.modernbert4j.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.modernbert4j.ops.SmallGraph.LOSS;
import static org.modernbert4j.ops.SmallGraph.OUTPUT;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.modernbert4j.backend.Machine;
import org.nd4j.autodiff.samediff.SameDiff;

class SavedGraphTest {
    private static SmallGraph network(Machine machine) {
        return new SmallGraph(machine.backend(), SmallGraph.PADDED, LayerCase.NETWORK);
    }

    @ParameterizedTest
    @EnumSource(LayerCase.class)
    void givesTheSameBits(LayerCase layer, @TempDir Path folder) {
        KernelExecutioner.install();
        SmallGraph graph = new SmallGraph(Machine.CPU.backend(), SmallGraph.PADDED, layer);
        graph.sd.save(folder.resolve("graph.fb").toFile(), true);
        SameDiff loaded = SameDiff.load(folder.resolve("graph.fb").toFile(), true);

        assertEquals(
                graph.sd.output(graph.sharedFeed(), OUTPUT).get(OUTPUT),
                loaded.output(graph.sharedFeed(), OUTPUT).get(OUTPUT));
        SameDiff backward = Graphs.differentiate(loaded, LOSS);
        assertEquals(
                graph.outputAndGradients(),
                graph.outputAndGradients(new GraphExecutor(backward, graph.backend, Map.of())));
    }

    @Test
    void hasASummaryThatNamesItsOps() {
        SmallGraph graph = network(Machine.CPU);
        String summary = graph.sd.summary();
        graph.sd
                .getOps()
                .values()
                .forEach(op -> assertTrue(summary.contains(op.getOp().opName())));
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void hasTheSameNamesWhenBuiltAgain(Machine machine) {
        SmallGraph first = network(machine);
        SmallGraph second = network(machine);
        assertEquals(names(first.sd), names(second.sd));
        assertEquals(names(first.backward), names(second.backward));
    }

    private static List<String> names(SameDiff sd) {
        return List.copyOf(sd.variableMap().keySet());
    }
}
