package org.modernbert4j.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.modernbert4j.ops.Closeness.assertClose;
import static org.modernbert4j.ops.SmallGraph.LOSS;
import static org.modernbert4j.ops.SmallGraph.OUTPUT;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Machine;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.backend.Segments;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The gradients of own ops, against central differences and through the stock session. */
class GradientTest {
    private static final double STEP = 4e-3;
    private static final Backend CPU = Machine.CPU.backend();

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
        check(g -> Elementwise.ALIAS.on(g.variable("x", 3, 2)).output(), SmallGraph.PACKED);
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
        SmallGraph graph = new SmallGraph(CPU, segments, layer);
        Map<String, INDArray> computed = graph.outputAndGradients();
        assertEquals(loss(computed.get(OUTPUT)), computed.get(LOSS).getDouble(0), 1e-4 * loss(computed.get(OUTPUT)));
        try (GraphExecutor executor = graph.executor(graph.sd)) {
            graph.variables.forEach(
                    (name, array) -> assertClose(slopes(graph, executor, array), computed.get(name), TOLERANCE, name));
        }
    }

    private static INDArray slopes(SmallGraph graph, GraphExecutor executor, Array x) {
        INDArray slopes = Nd4j.create(x.shape());
        Map<String, Array> feed = graph.feed();
        INDArray values = graph.read(x);
        for (long i = 0; i < x.length(); i++) {
            float value = values.getFloat(i);
            float above = (float) (value + STEP);
            float below = (float) (value - STEP);
            double rise = loss(graph, executor, feed, x, values.putScalar(i, above));
            rise -= loss(graph, executor, feed, x, values.putScalar(i, below));
            write(x, values.putScalar(i, value));
            slopes.putScalar(i, rise / (above - below));
        }
        return slopes;
    }

    private static double loss(
            SmallGraph graph, GraphExecutor executor, Map<String, Array> feed, Array x, INDArray values) {
        write(x, values);
        try (GraphExecutor.Result result = executor.run(feed, List.of(OUTPUT))) {
            return loss(graph.read(result.get(OUTPUT)));
        }
    }

    private static void write(Array x, INDArray values) {
        CPU.write(x, memory -> memory.put(values.ravel().toFloatVector()));
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
        SmallGraph graph = new SmallGraph(CPU, SmallGraph.PADDED, layer);
        KernelExecutioner.install();
        Map<String, INDArray> computed = graph.outputAndGradients();
        Map<String, INDArray> stock = graph.sd.calculateGradients(graph.sharedFeed(), graph.variables.keySet());
        stock.forEach((variable, gradient) -> assertEquals(gradient, computed.get(variable), variable));
        assertEquals(graph.variables.keySet(), stock.keySet());
        assertEquals(graph.sd.output(graph.sharedFeed(), OUTPUT).get(OUTPUT), computed.get(OUTPUT));
    }

    @Test
    void ofThePaddingIdIsZeroAndOfOthersThatOfAnyEmbedding() {
        INDArray all = new SmallGraph(CPU, SmallGraph.PADDED, LayerCase.EMBEDDING)
                .outputAndGradients()
                .get("table");
        INDArray some = new SmallGraph(CPU, SmallGraph.PADDED, LayerCase.EMBEDDING_WITH_PADDING_ID)
                .outputAndGradients()
                .get("table");
        assertEquals(0, some.getRow(2).amaxNumber().doubleValue());
        all.putRow(2, Nd4j.zeros(5));
        assertEquals(all, some);
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void ofTheRowsOfATableAreThoseOfTheTable(Machine machine) {
        for (LayerCase layer : List.of(LayerCase.EMBEDDING, LayerCase.EMBEDDING_WITH_PADDING_ID)) {
            SmallGraph graph = new SmallGraph(machine.backend(), SmallGraph.PADDED, layer);
            INDArray table = graph.outputAndGradients().get("table");
            String gradient = GraphExecutor.gradientName(graph.sd, "table");
            String rows = graph.layers().rowGradients(graph.backward, gradient).orElseThrow();
            try (GraphExecutor executor = graph.executor(graph.backward);
                    GraphExecutor.Result result = executor.run(graph.feed(), List.of(rows))) {
                assertFalse(graph.opsFor(List.of(rows)).contains(Rows.SPREAD.name()));
                INDArray values = graph.read(result.get(rows));
                int next = 0;
                for (int id = 0; id < SmallGraph.VOCABULARY; id++) {
                    if (table.getRow(id).amaxNumber().doubleValue() > 0) {
                        assertEquals(table.getRow(id), values.getRow(next++));
                    }
                }
                assertEquals(next, values.size(0));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void ofATableWithAnotherUseAreNotOfRows(Machine machine) {
        SmallGraph graph = new SmallGraph(machine.backend(), SmallGraph.PADDED, g -> {
            SDVariable rows = g.embedding(5, -1);
            return g.layers().linear(rows, g.variable("table", SmallGraph.VOCABULARY, 5), null);
        });
        assertTrue(graph.layers()
                .rowGradients(graph.backward, GraphExecutor.gradientName(graph.sd, "table"))
                .isEmpty());
    }

    @Test
    void onlyASpreadHasRows() {
        SameDiff sd = Graphs.create();
        GraphLayers layers = GraphLayers.of(sd, CPU, 4, Precision.FLOAT32);
        SDVariable x = sd.var("x", DataType.FLOAT, 4, 5);
        SDVariable distinct = sd.getVariable(GraphLayers.DISTINCT);
        String spread = Rows.SPREAD.on(x, distinct, x).output().name();
        String other =
                Rows.EMBEDDING_GRADIENT.on(x, distinct, distinct).output().name();
        assertEquals(Optional.of("x"), layers.rowGradients(sd, spread));
        assertEquals(Optional.empty(), layers.rowGradients(sd, other));
    }

    @Test
    void ofATableOfWhichNothingButPaddingIsLookedUpHasNoRows() {
        SmallGraph graph = new SmallGraph(CPU, SmallGraph.PADDED, LayerCase.EMBEDDING_WITH_PADDING_ID);
        int[] padding = new int[graph.rows()];
        Arrays.fill(padding, 2);
        Map<String, Array> feed =
                graph.layers().feed(Batch.of(padding, SmallGraph.PADDED, Targets.NONE), new int[0], 1, -1);
        String gradient = GraphExecutor.gradientName(graph.sd, "table");
        String rows = graph.layers().rowGradients(graph.backward, gradient).orElseThrow();
        try (GraphExecutor executor = graph.executor(graph.backward);
                GraphExecutor.Result result = executor.run(feed, List.of(rows))) {
            assertArrayEquals(new long[] {0, 5}, result.get(rows).shape());
        }
    }

    @Test
    void ofRowsThatAreNotThoseOfTheBatchAreRefused() {
        SmallGraph graph = new SmallGraph(CPU, SmallGraph.PADDED, LayerCase.EMBEDDING);
        Batch batch = Batch.of(graph.ids(), SmallGraph.PADDED, Targets.NONE);
        Map<String, Array> feed = graph.layers().feed(batch, new int[] {0, 1}, 1, -1);
        String gradient = GraphExecutor.gradientName(graph.sd, "table");
        try (GraphExecutor executor = graph.executor(graph.backward)) {
            Exception error = assertThrows(IllegalArgumentException.class, () -> executor.run(feed, List.of(gradient)));
            assertEquals("the distinct ids that are fed are not those of the batch", error.getMessage());
        }
    }
}
