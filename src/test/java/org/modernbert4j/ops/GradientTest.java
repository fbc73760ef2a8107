package org.modernbert4j.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.modernbert4j.ops.Closeness.assertClose;
import static org.modernbert4j.ops.SmallGraph.LOSS;
import static org.modernbert4j.ops.SmallGraph.OUTPUT;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.modernbert4j.ops.kernel.Segments;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The gradients of own ops, against central differences and through the stock session. */
class GradientTest {
    private static final double STEP = 4e-3;

    /** Of the largest element: the step leaves its square, 1.6e-5, times the third derivative, and rounding leaves 1e-4. */
    private static final double TOLERANCE = 1e-3;

    /** Not the padding id, whose gradient is not the slope, nor the network, whose rounding is larger than some slopes. */
    private static Set<LayerCase> layers() {
        return EnumSet.complementOf(EnumSet.of(LayerCase.EMBEDDING_WITH_PADDING_ID, LayerCase.NETWORK));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void equalTheSlopesOfPackedTexts(LayerCase layer) {
        check(layer, SmallGraph.PACKED);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void equalTheSlopesOfPaddedTexts(LayerCase layer) {
        check(layer, SmallGraph.PADDED);
    }

    @Test
    void ofAnAliasEqualTheSlopes() {
        check(g -> new Alias(g.sd, g.variable("x", 3, 2)).output(), SmallGraph.PACKED);
    }

    @Test
    void ofAForkWithoutBranchEqualTheSlopes() {
        check(
                g -> g.layers()
                        .fork(g.variable("x", 3, 5), g.variable("gamma", 5), null, 1e-3)
                        .trunk(),
                SmallGraph.PACKED);
    }

    private static void check(Function<SmallGraph, SDVariable> layer, Segments segments) {
        SmallGraph graph = new SmallGraph(Lowering.OWN, segments, layer);
        Map<String, INDArray> computed = graph.outputAndGradients();
        assertEquals(loss(computed.get(OUTPUT)), computed.get(LOSS).getDouble(0), 1e-4 * loss(computed.get(OUTPUT)));
        try (GraphExecutor executor = new GraphExecutor(graph.sd)) {
            for (String variable : graph.variables()) {
                INDArray slopes = slopes(graph, executor, graph.sd.getArrForVarName(variable));
                assertClose(slopes, computed.get(variable), TOLERANCE, variable);
            }
        }
    }

    private static INDArray slopes(SmallGraph graph, GraphExecutor executor, INDArray x) {
        INDArray slopes = Nd4j.create(x.shape());
        Map<String, INDArray> feed = graph.feed();
        for (long i = 0; i < x.length(); i++) {
            float value = x.getFloat(i);
            float above = (float) (value + STEP);
            float below = (float) (value - STEP);
            x.putScalar(i, above);
            double rise = loss(executor, feed);
            x.putScalar(i, below);
            rise -= loss(executor, feed);
            x.putScalar(i, value);
            slopes.putScalar(i, rise / (above - below));
        }
        return slopes;
    }

    private static double loss(GraphExecutor executor, Map<String, INDArray> feed) {
        try (GraphExecutor.Result result = executor.run(feed, List.of(OUTPUT))) {
            return loss(result.get(OUTPUT));
        }
    }

    /** The loss of the graph in double precision: its differences are small. */
    private static double loss(INDArray output) {
        double sum = 0;
        for (long i = 0; i < output.length(); i++) {
            sum += output.getDouble(i) * output.getDouble(i);
        }
        return 3 * sum;
    }

    @ParameterizedTest
    @EnumSource(LayerCase.class)
    void areTheSameBitsInTheStockSession(LayerCase layer) {
        SmallGraph graph = new SmallGraph(Lowering.OWN, SmallGraph.PADDED, layer);
        Map<String, INDArray> computed = graph.outputAndGradients();
        Map<String, INDArray> stock = graph.sd.calculateGradients(graph.feed(), graph.variables());
        graph.variables().forEach(variable -> assertEquals(stock.get(variable), computed.get(variable), variable));
        assertEquals(graph.sd.output(graph.feed(), OUTPUT).get(OUTPUT), computed.get(OUTPUT));
    }

    @Test
    void ofThePaddingIdIsZeroAndOfOthersThatOfAnyEmbedding() {
        INDArray all = new SmallGraph(Lowering.OWN, SmallGraph.PADDED, LayerCase.EMBEDDING)
                .outputAndGradients()
                .get("table");
        INDArray some = new SmallGraph(Lowering.OWN, SmallGraph.PADDED, LayerCase.EMBEDDING_WITH_PADDING_ID)
                .outputAndGradients()
                .get("table");
        assertEquals(0, some.getRow(2).amaxNumber().doubleValue());
        all.putRow(2, Nd4j.zeros(5));
        assertEquals(all, some);
    }

    @ParameterizedTest
    @EnumSource(names = {"EMBEDDING", "EMBEDDING_WITH_PADDING_ID"})
    void ofTheRowsOfATableAreThoseOfTheTable(LayerCase layer) {
        SmallGraph graph = new SmallGraph(Lowering.OWN, SmallGraph.PADDED, layer);
        INDArray table = graph.outputAndGradients().get("table");
        String gradient = GraphExecutor.gradientName(graph.sd, "table");
        String rows = Embedding.rowGradients(graph.backward, gradient).orElseThrow();
        try (GraphExecutor executor = new GraphExecutor(graph.backward);
                GraphExecutor.Result result = executor.run(graph.feed(), List.of(rows))) {
            assertFalse(executor.opsFor(List.of(rows)).contains(new Embedding.TableGradient().opName()));
            INDArray values = result.get(rows);
            int next = 0;
            for (int id = 0; id < SmallGraph.VOCABULARY; id++) {
                if (table.getRow(id).amaxNumber().doubleValue() > 0) {
                    assertEquals(table.getRow(id), values.getRow(next++));
                }
            }
            assertEquals(next, values.size(0));
        }
    }

    @Test
    void ofATableWithAnotherUseAreNotOfRows() {
        SmallGraph graph = new SmallGraph(Lowering.OWN, SmallGraph.PADDED, g -> {
            SDVariable table = g.variable("table", SmallGraph.VOCABULARY, 5);
            return g.layers().linear(g.layers().embedding(table, -1), table, null);
        });
        assertTrue(Embedding.rowGradients(graph.backward, GraphExecutor.gradientName(graph.sd, "table"))
                .isEmpty());
    }
}
