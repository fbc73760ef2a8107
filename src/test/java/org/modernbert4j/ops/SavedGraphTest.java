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
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

class SavedGraphTest {
    @ParameterizedTest
    @EnumSource(LayerCase.class)
    void givesTheSameBits(LayerCase layer, @TempDir Path folder) {
        SmallGraph graph = new SmallGraph(Lowering.OWN, SmallGraph.PADDED, layer);
        graph.sd.save(folder.resolve("graph.fb").toFile(), true);
        SameDiff loaded = SameDiff.load(folder.resolve("graph.fb").toFile(), true);

        Map<String, INDArray> feed = graph.feed();
        assertEquals(
                graph.sd.output(feed, OUTPUT).get(OUTPUT),
                loaded.output(feed, OUTPUT).get(OUTPUT));
        SameDiff backward = Graphs.differentiate(loaded, LOSS);
        assertEquals(graph.outputAndGradients(), graph.outputAndGradients(backward));
    }

    @Test
    void hasASummaryThatNamesItsOps() {
        SmallGraph graph = new SmallGraph(Lowering.OWN, SmallGraph.PADDED, LayerCase.NETWORK);
        String summary = graph.sd.summary();
        graph.sd
                .getOps()
                .values()
                .forEach(op -> assertTrue(summary.contains(op.getOp().opName())));
    }

    @ParameterizedTest
    @EnumSource(Lowering.class)
    void hasTheSameNamesWhenBuiltAgain(Lowering lowering) {
        SmallGraph first = new SmallGraph(lowering, SmallGraph.PADDED, LayerCase.NETWORK);
        SmallGraph second = new SmallGraph(lowering, SmallGraph.PADDED, LayerCase.NETWORK);
        assertEquals(names(first.sd), names(second.sd));
        assertEquals(names(first.backward), names(second.backward));
    }

    private static List<String> names(SameDiff sd) {
        return List.copyOf(sd.variableMap().keySet());
    }
}
