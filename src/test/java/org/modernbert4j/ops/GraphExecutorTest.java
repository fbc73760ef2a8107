package org.modernbert4j.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.modernbert4j.ops.SmallGraph.LOSS;
import static org.modernbert4j.ops.SmallGraph.OUTPUT;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Machine;
import org.modernbert4j.backend.cpu.CpuBackend;
import org.modernbert4j.backend.nd4j.Pools;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class GraphExecutorTest {
    private final SameDiff sd = Graphs.create();
    private final Backend backend = new CpuBackend();

    @BeforeAll
    static void register() {
        NamedOp.register();
    }

    @AfterEach
    void close() {
        backend.close();
    }

    private static SmallGraph network() {
        return new SmallGraph(Machine.CPU.backend(), SmallGraph.PADDED, LayerCase.NETWORK);
    }

    private GraphExecutor executor() {
        return executor(sd);
    }

    private GraphExecutor executor(SameDiff graph) {
        return new GraphExecutor(graph, backend, Map.of());
    }

    private INDArray read(Array array) {
        return backend.shared(array).orElseThrow();
    }

    /** The plan of a network for the loss and the gradients of some variables. */
    private static List<String> plan(SmallGraph network, String... variables) {
        List<String> outputs = new ArrayList<>(List.of(LOSS));
        for (String variable : variables) {
            outputs.add(GraphExecutor.gradientName(network.sd, variable));
        }
        return network.opsFor(outputs);
    }

    private static long count(List<String> ops, String op) {
        return ops.stream().filter(op::equals).count();
    }

    @Test
    void onlyOneWeightsGradientIsComputedWhereOneIsAskedFor() {
        List<String> ops = plan(network(), "wi");
        assertEquals(1, count(ops, "modernbert_linear_dw"));
        assertEquals(0, count(ops, "modernbert_linear_db"));
        assertEquals(0, count(ops, "modernbert_layer_norm_dgamma"));
        assertEquals(0, count(ops, "modernbert_embedding_drows"));
        assertEquals(0, count(ops, "modernbert_attention_dx"));
        assertEquals(0, count(ops, "modernbert_layer_norm_dx"));
        assertEquals(1, count(ops, "modernbert_geglu_dx"));
    }

    @Test
    void nothingBelowTheLastWeightIsComputedBackwards() {
        List<String> ops = plan(network(), "fc");
        assertEquals(1, count(ops, "modernbert_linear_dw"));
        assertEquals(0, count(ops, "modernbert_linear_dx"));
        assertEquals(0, count(ops, "modernbert_lstm_scan_dx"));
    }

    @Test
    void theEmbeddingsGradientNeedsEveryInputGradientAndNoWeightGradient() {
        List<String> ops = plan(network(), "table");
        assertEquals(0, count(ops, "modernbert_linear_dw"));
        assertEquals(8, count(ops, "modernbert_linear_dx"));
        assertEquals(1, count(ops, "modernbert_attention_dx"));
        assertEquals(1, count(ops, "modernbert_embedding_drows"));
        assertEquals(1, count(ops, "modernbert_spread"));
    }

    @Test
    void gradientsOfTheResidualStreamMeetInTheNormsAndOnlyThoseOfQueryKeyAndValueAreAdded() {
        List<String> ops = plan(network(), "table");
        assertEquals(2, count(ops, "modernbert_layer_norm_dx"));
        assertEquals(2, count(ops, "add"));
        assertTrue(ops.stream().noneMatch(op -> op.startsWith("zero")), ops.toString());
    }

    @Test
    void logitsNeedNoBackwardOp() {
        List<String> ops = network().opsFor(List.of("logits"));
        assertTrue(ops.contains("modernbert_attention"));
        assertTrue(ops.stream().noneMatch(op -> op.matches(".*_(dx|dw|db|dgamma|drows|bp)")), ops.toString());
        assertFalse(ops.contains("modernbert_cross_entropy"));
    }

    @Test
    void everySubsetOfGradientsHasTheSameBits() {
        SmallGraph network = network();
        Map<String, INDArray> all = network.outputAndGradients();
        try (GraphExecutor executor = network.executor(network.backward)) {
            for (String variable : network.variables.keySet()) {
                String name = GraphExecutor.gradientName(network.sd, variable);
                try (GraphExecutor.Result result = executor.run(network.feed(), List.of(name))) {
                    assertEquals(all.get(variable), network.read(result.get(name)), variable);
                }
            }
        }
    }

    @Test
    void resultsStayUntilTheyAreClosed() {
        SmallGraph network = network();
        Map<String, INDArray> expected = network.outputAndGradients();
        List<String> outputs = List.of(LOSS, GraphExecutor.gradientName(network.sd, "q"));
        try (GraphExecutor executor = network.executor(network.backward);
                GraphExecutor.Result first = executor.run(network.feed(), outputs)) {
            for (int i = 0; i < 3; i++) {
                try (GraphExecutor.Result again = executor.run(network.feed(), outputs)) {
                    assertEquals(expected.get("q"), network.read(again.get(outputs.get(1))));
                }
            }
            assertEquals(expected.get("q"), network.read(first.get(outputs.get(1))));
            read(first.get(outputs.get(1))).assign(0); // and it is nobody else's
            try (GraphExecutor.Result again = executor.run(network.feed(), outputs)) {
                assertEquals(expected.get("q"), network.read(again.get(outputs.get(1))));
            }
        }
    }

    @Test
    void aClosedResultHasNoArrays() {
        SmallGraph network = network();
        try (GraphExecutor executor = network.executor(network.backward)) {
            GraphExecutor.Result result = executor.run(network.feed(), List.of(LOSS));
            result.close();
            result.close();
            assertThrows(IllegalStateException.class, () -> result.get(LOSS));
        }
    }

    @Test
    void closingExecutorAndBackendLeavesOpenResultsValid() {
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 2);
        Elementwise.SUM.on(x, x).output().rename("y");
        INDArray value = SmallGraph.random(1, 3, 2);
        GraphExecutor executor = executor();
        GraphExecutor.Result result = executor.run(Map.of("x", backend.adopt(value)), List.of("y"));
        executor.close();
        backend.close();
        INDArray array = read(result.get("y"));
        assertEquals(value.mul(2), array);
        result.close();
        assertTrue(array.data().wasClosed());
    }

    @Test
    void closingTheExecutorFreesWhatWaitsForUse() {
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 2);
        Elementwise.SUM.on(x, x).output().rename("y");
        try (GraphExecutor executor = executor()) {
            executor.run(Map.of("x", backend.adopt(SmallGraph.random(1, 3, 2))), List.of("y"))
                    .close();
            assertEquals(1, Pools.size(backend));
        }
        assertEquals(0, Pools.size(backend));
    }

    @Test
    void memoryIsUsedAgainForBatchesOfOtherLengths() {
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 8);
        SDVariable weight = sd.var("weight", SmallGraph.random(1, 8, 8));
        SDVariable wide = Linear.FORWARD
                .on(x, sd.var("wide", SmallGraph.random(2, 16, 8)))
                .output();
        SDVariable y = Linear.FORWARD
                .on(Elementwise.GEGLU.on(wide).output(), weight)
                .output()
                .rename(OUTPUT);
        sd.sum(sd.math.square(y)).rename(LOSS);
        SameDiff backward = Graphs.differentiate(sd, LOSS);
        List<String> outputs = List.of(LOSS, GraphExecutor.gradientName(sd, "weight"));
        Random lengths = new Random(5);
        try (GraphExecutor executor = executor(backward)) {
            run(executor, 100, outputs);
            int buffers = Pools.size(backend);
            for (int i = 0; i < 50; i++) {
                run(executor, 97 + lengths.nextInt(16), outputs); // all of one size class
            }
            assertEquals(buffers, Pools.size(backend));
            for (int i = 0; i < 500; i++) {
                run(executor, 1 + lengths.nextInt(300), outputs);
            }
            int enough = Pools.size(backend);
            int doublings = 9; // from 1 row to 300
            assertTrue(enough <= doublings * buffers, enough + " buffers of all sizes, " + buffers + " of one");
            for (int i = 0; i < 50; i++) {
                run(executor, 1 + lengths.nextInt(300), outputs);
            }
            assertEquals(enough, Pools.size(backend));
        }
    }

    private void run(GraphExecutor executor, int rows, List<String> outputs) {
        executor.run(Map.of("x", backend.adopt(SmallGraph.random(rows, rows, 8))), outputs)
                .close();
    }

    @Test
    void oneArrayUnderTwoNames() {
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 2);
        SDVariable y = Elementwise.SUM.on(x, x).output().rename("y");
        Elementwise.ALIAS.on(y).output().rename("alias");
        INDArray value = SmallGraph.random(1, 3, 2);
        try (GraphExecutor executor = executor()) {
            for (int i = 0; i < 3; i++) {
                try (GraphExecutor.Result result =
                        executor.run(Map.of("x", backend.adopt(value)), List.of("y", "alias", "y"))) {
                    assertEquals(value.mul(2), read(result.get("y")));
                    assertEquals(value.mul(2), read(result.get("alias")));
                }
            }
            assertEquals(1, Pools.size(backend));
        }
    }

    @Test
    void variablesPlaceholdersAndTheirAliasesAreGivenAsTheyAreAndKept() {
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 2);
        SDVariable weight = sd.var("weight", DataType.FLOAT, 2, 2);
        Elementwise.ALIAS.on(x).output().rename("x.alias");
        Elementwise.ALIAS.on(Elementwise.ALIAS.on(weight).output()).output().rename("weight.alias");
        Array value = backend.adopt(SmallGraph.random(1, 3, 2));
        Array weights = backend.adopt(SmallGraph.random(2, 2, 2));
        List<String> outputs = List.of("x", "x.alias", "weight", "weight.alias");
        try (GraphExecutor executor = new GraphExecutor(sd, backend, Map.of("weight", weights))) {
            try (GraphExecutor.Result result = executor.run(Map.of("x", value), outputs)) {
                assertSame(value, result.get("x"));
                assertSame(value, result.get("x.alias"));
                assertSame(weights, result.get("weight"));
                assertSame(weights, result.get("weight.alias"));
            }
            assertEquals(0, Pools.size(backend));
        }
        assertFalse(read(value).wasClosed());
        assertFalse(read(weights).wasClosed());
    }

    @Test
    void whatAnOpPassesOnIsTheArrayThatItReads() {
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 2);
        SDVariable y = Elementwise.SUM.on(x, x).output().rename("y");
        SDVariable[] fork = LayerNorm.FORK
                .on(y, sd.var("gamma", SmallGraph.random(2, 2)))
                .numbers(1e-5)
                .outputVariables();
        Elementwise.SUM.on(fork[0], x).output().rename("branch");
        fork[1].rename("trunk");
        INDArray value = SmallGraph.random(1, 3, 2);
        Map<String, Array> feed = Map.of("x", backend.adopt(value));
        try (GraphExecutor executor = executor()) {
            for (int i = 0; i < 3; i++) {
                try (GraphExecutor.Result result = executor.run(feed, List.of("branch", "trunk", "y"))) {
                    assertSame(result.get("y"), result.get("trunk"));
                    assertEquals(value.mul(2), read(result.get("trunk")));
                }
            }
            Array given = backend.adopt(SmallGraph.random(3, 3, 2));
            Map<String, Array> both = Map.of("y", given, "x", backend.adopt(value));
            try (GraphExecutor.Result result = executor.run(both, List.of("trunk"))) {
                assertSame(given, result.get("trunk"));
            }
            assertFalse(read(given).wasClosed());
        }
    }

    @Test
    void anAliasIsReadAfterItsSourcesLastUse() {
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 2);
        SDVariable y = Elementwise.SUM.on(x, x).output();
        SDVariable alias = Elementwise.ALIAS.on(y).output();
        SDVariable z = Elementwise.SUM.on(y, x).output(); // the last use of y by name
        Elementwise.SUM.on(z, alias).output().rename("sum");
        INDArray value = SmallGraph.random(1, 3, 2);
        try (GraphExecutor executor = executor();
                GraphExecutor.Result result = executor.run(Map.of("x", backend.adopt(value)), List.of("sum"))) {
            assertEquals(value.mul(5), read(result.get("sum")));
        }
    }

    @Test
    void anOutputThatIsReadOnAndOnlyThenAskedForKeepsItsValue() {
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 2);
        SDVariable y = Elementwise.SUM.on(x, x).output().rename("y");
        SDVariable z = Elementwise.SUM.on(y, y).output();
        Elementwise.SUM.on(z, z).output().rename("sum");
        INDArray value = SmallGraph.random(1, 3, 2);
        try (GraphExecutor executor = executor();
                GraphExecutor.Result result = executor.run(Map.of("x", backend.adopt(value)), List.of("sum", "y"))) {
            assertEquals(value.mul(2), read(result.get("y")));
            assertEquals(value.mul(8), read(result.get("sum")));
        }
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void writtenVariablesCountFromTheNextRun(Machine machine) {
        Backend any = machine.backend();
        Array weight = any.zeros(DataType.FLOAT, 2, 2);
        sd.var("weight", DataType.FLOAT, 2, 2).add(1).rename("y");
        try (GraphExecutor executor = new GraphExecutor(sd, any, Map.of("weight", weight))) {
            executor.run(Map.of(), List.of("y")).close();
            any.write(weight, memory -> memory.put(new float[] {3, 4, 5, 6}));
            try (GraphExecutor.Result result = executor.run(Map.of(), List.of("y"))) {
                float[] values = new float[4];
                any.read(result.get("y")).get(values);
                assertArrayEquals(new float[] {4, 5, 6, 7}, values);
            }
        }
    }

    @Test
    void stockOpsGiveTheBitsOfTheStockSession() {
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 3);
        SDVariable weight = sd.var("weight", SmallGraph.random(2, 3, 4));
        SDVariable product = sd.mmul(x, weight);
        SDVariable normal = sd.nn.softmax(product.sub(sd.max(product, true, 1)), 1);
        sd.math.tanh(normal.add(sd.mean(x).castTo(DataType.FLOAT))).rename(OUTPUT);
        INDArray value = SmallGraph.random(1, 5, 3);
        try (GraphExecutor executor = executor();
                GraphExecutor.Result result = executor.run(Map.of("x", backend.adopt(value)), List.of(OUTPUT))) {
            assertEquals(sd.output(Map.of("x", value), OUTPUT).get(OUTPUT), read(result.get(OUTPUT)));
        }
    }

    @Test
    void aPlaceholderWithoutArrayIsNamed() {
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 2);
        Elementwise.SUM.on(x, x).output().rename("y");
        try (GraphExecutor executor = executor()) {
            Exception error = assertThrows(IllegalArgumentException.class, () -> executor.run(Map.of(), List.of("y")));
            assertEquals("no array for the placeholder x", error.getMessage());
        }
    }

    @Test
    void timesCountProductsAndBytes() {
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 3);
        Linear.FORWARD
                .on(x, sd.var("weight", SmallGraph.random(2, 5, 3)))
                .output()
                .rename("y");
        try (GraphExecutor executor = executor()) {
            executor.measure();
            for (int i = 0; i < 2; i++) {
                executor.run(Map.of("x", backend.adopt(SmallGraph.random(1, 4, 3))), List.of("y"))
                        .close();
            }
            GraphExecutor.OpTime time = executor.takeTimes().get("modernbert_linear");
            assertEquals(2, time.calls());
            assertEquals(2 * 2 * 4 * 3 * 5, time.operations());
            assertEquals(2 * 4 * (4 * 3 + 5 * 3 + 4 * 5), time.bytes());
            assertTrue(executor.takeTimes().isEmpty());
        }
    }

    @Test
    void timesOfAttentionCountThePairsThatMeet() {
        SmallGraph graph =
                new SmallGraph(Machine.CPU.backend(), SmallGraph.PACKED, LayerCase.GLOBAL_ATTENTION_OF_FIRST_ROWS);
        try (GraphExecutor executor = graph.executor(graph.backward)) {
            executor.measure();
            executor.run(graph.feed(), List.of(GraphExecutor.gradientName(graph.sd, "q")))
                    .close();
            Map<String, GraphExecutor.OpTime> times = executor.takeTimes();
            double product = 2 * (6 + 1 + 4) * 8; // a first row of width 8 meets all tokens of its text
            assertEquals(2 * product, times.get("modernbert_attention").operations());
            assertEquals(5 * product, times.get("modernbert_attention_dx").operations());
        }
    }

    @Test
    void anUnknownOutputIsNamed() {
        try (GraphExecutor executor = executor()) {
            Exception error =
                    assertThrows(IllegalArgumentException.class, () -> executor.run(Map.of(), List.of("nothing")));
            assertEquals("the graph has no variable nothing", error.getMessage());
        }
    }

    @Test
    void anArrayThatWasNotAskedForIsNamed() {
        sd.var("weight", Nd4j.ones(2));
        try (GraphExecutor executor = executor();
                GraphExecutor.Result result = executor.run(Map.of(), List.of("weight"))) {
            Exception error = assertThrows(IllegalArgumentException.class, () -> result.get("bias"));
            assertEquals("not among the outputs: bias", error.getMessage());
        }
    }

    @Test
    void aVariableThatTheLossDoesNotDependOnIsNamed() {
        SDVariable x = sd.var("x", SmallGraph.random(1, 2, 2));
        sd.var("unused", SmallGraph.random(2, 2, 2));
        sd.sum(Elementwise.SUM.on(x, x).output()).rename(LOSS);
        Graphs.differentiate(sd, LOSS);
        Exception error = assertThrows(IllegalArgumentException.class, () -> GraphExecutor.gradientName(sd, "unused"));
        assertEquals("the loss does not depend on unused", error.getMessage());
    }

    @Test
    void aDoubleOrStridedArrayIsRefusedByOwnOps() {
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 2);
        Elementwise.SUM.on(x, x).output().rename("y");
        try (GraphExecutor executor = executor()) {
            for (INDArray wrong : List.of(
                    Nd4j.ones(DataType.DOUBLE, 3, 2),
                    SmallGraph.random(1, 2, 3).transpose(),
                    SmallGraph.random(1, 4, 2).get(NDArrayIndex.interval(1, 3)))) {
                assertThrows(
                        IllegalArgumentException.class,
                        () -> executor.run(Map.of("x", backend.adopt(wrong)), List.of("y")));
            }
        }
    }
}
