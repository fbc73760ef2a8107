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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class GraphExecutorTest {
    private SameDiff sd;

    @BeforeEach
    void graph() {
        KernelExecutioner.install();
        sd = Graphs.create();
    }

    private static SmallGraph network() {
        return new SmallGraph(Lowering.OWN, SmallGraph.PADDED, LayerCase.NETWORK);
    }

    /** The plan of a network for the loss and the gradients of some variables. */
    private static List<String> plan(SmallGraph network, String... variables) {
        List<String> outputs = new ArrayList<>(List.of(LOSS));
        for (String variable : variables) {
            outputs.add(GraphExecutor.gradientName(network.sd, variable));
        }
        try (GraphExecutor executor = new GraphExecutor(network.backward)) {
            return executor.opsFor(outputs);
        }
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
        assertEquals(0, count(ops, "modernbert_embedding_dw"));
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
        assertEquals(1, count(ops, "modernbert_embedding_dw"));
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
        SmallGraph network = network();
        try (GraphExecutor executor = new GraphExecutor(network.backward)) {
            List<String> ops = executor.opsFor(List.of("logits"));
            assertTrue(ops.contains("modernbert_attention"));
            assertTrue(ops.stream().noneMatch(op -> op.matches(".*_(dx|dw|db|dgamma|bp)")), ops.toString());
            assertFalse(ops.contains("modernbert_cross_entropy"));
        }
    }

    @Test
    void everySubsetOfGradientsHasTheSameBits() {
        SmallGraph network = network();
        Map<String, INDArray> all = network.outputAndGradients();
        try (GraphExecutor executor = new GraphExecutor(network.backward)) {
            for (String variable : network.variables()) {
                String name = GraphExecutor.gradientName(network.sd, variable);
                try (GraphExecutor.Result result = executor.run(network.feed(), List.of(name))) {
                    assertEquals(all.get(variable), result.get(name), variable);
                }
            }
        }
    }

    @Test
    void resultsStayUntilTheyAreClosed() {
        SmallGraph network = network();
        Map<String, INDArray> expected = network.outputAndGradients();
        List<String> outputs = List.of(LOSS, GraphExecutor.gradientName(network.sd, "q"));
        try (GraphExecutor executor = new GraphExecutor(network.backward);
                GraphExecutor.Result first = executor.run(network.feed(), outputs)) {
            for (int i = 0; i < 3; i++) {
                try (GraphExecutor.Result again = executor.run(network.feed(), outputs)) {
                    assertEquals(expected.get("q"), again.get(outputs.get(1)));
                }
            }
            assertEquals(expected.get("q"), first.get(outputs.get(1)));
            first.get(outputs.get(1)).assign(0); // and it is nobody else's
            try (GraphExecutor.Result again = executor.run(network.feed(), outputs)) {
                assertEquals(expected.get("q"), again.get(outputs.get(1)));
            }
        }
    }

    @Test
    void aClosedResultHasNoArrays() {
        SmallGraph network = network();
        try (GraphExecutor executor = new GraphExecutor(network.backward)) {
            GraphExecutor.Result result = executor.run(network.feed(), List.of(LOSS));
            result.close();
            result.close();
            assertThrows(IllegalStateException.class, () -> result.get(LOSS));
        }
    }

    @Test
    void closingTheExecutorLeavesOpenResultsValid() {
        SmallGraph network = network();
        GraphExecutor executor = new GraphExecutor(network.backward);
        GraphExecutor.Result result = executor.run(network.feed(), List.of(LOSS));
        double loss = result.get(LOSS).getDouble(0);
        executor.close();
        assertEquals(loss, result.get(LOSS).getDouble(0));
        INDArray array = result.get(LOSS);
        result.close();
        assertTrue(array.data().wasClosed());
    }

    @Test
    void memoryIsUsedAgainForBatchesOfOtherLengths() {
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 8);
        SDVariable weight = sd.var("weight", SmallGraph.random(1, 8, 8));
        SDVariable y = new Linear(
                        sd,
                        new Geglu(sd, new Linear(sd, x, sd.var("wide", SmallGraph.random(2, 16, 8))).output()).output(),
                        weight)
                .output()
                .rename(OUTPUT);
        sd.sum(sd.math.square(y)).rename(LOSS);
        SameDiff backward = Graphs.differentiate(sd, LOSS);
        List<String> outputs = List.of(LOSS, GraphExecutor.gradientName(sd, "weight"));
        Random lengths = new Random(5);
        try (GraphExecutor executor = new GraphExecutor(backward)) {
            run(executor, 100, outputs);
            int buffers = executor.pooledBuffers();
            for (int i = 0; i < 50; i++) {
                run(executor, 97 + lengths.nextInt(16), outputs); // all of one size class
            }
            assertEquals(buffers, executor.pooledBuffers());
            for (int i = 0; i < 500; i++) {
                run(executor, 1 + lengths.nextInt(300), outputs);
            }
            int enough = executor.pooledBuffers();
            int doublings = 9; // from 1 row to 300
            assertTrue(enough <= doublings * buffers, enough + " buffers of all sizes, " + buffers + " of one");
            for (int i = 0; i < 50; i++) {
                run(executor, 1 + lengths.nextInt(300), outputs);
            }
            assertEquals(enough, executor.pooledBuffers());
        }
    }

    private static void run(GraphExecutor executor, int rows, List<String> outputs) {
        executor.run(Map.of("x", SmallGraph.random(rows, rows, 8)), outputs).close();
    }

    @Test
    void oneArrayUnderTwoNames() {
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 2);
        SDVariable y = new Residual(sd, x, x).output().rename("y");
        new Alias(sd, y).output().rename("alias");
        INDArray value = SmallGraph.random(1, 3, 2);
        try (GraphExecutor executor = new GraphExecutor(sd)) {
            for (int i = 0; i < 3; i++) {
                try (GraphExecutor.Result result = executor.run(Map.of("x", value), List.of("y", "alias", "y"))) {
                    assertEquals(value.mul(2), result.get("y"));
                    assertEquals(value.mul(2), result.get("alias"));
                }
            }
            assertEquals(1, executor.pooledBuffers());
        }
    }

    @Test
    void variablesPlaceholdersAndTheirAliasesAreGivenAsTheyAreAndKept() {
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 2);
        SDVariable weight = sd.var("weight", SmallGraph.random(2, 2, 2));
        new Alias(sd, x).output().rename("x.alias");
        new Alias(sd, new Alias(sd, weight).output()).output().rename("weight.alias");
        INDArray value = SmallGraph.random(1, 3, 2);
        List<String> outputs = List.of("x", "x.alias", "weight", "weight.alias");
        try (GraphExecutor executor = new GraphExecutor(sd)) {
            try (GraphExecutor.Result result = executor.run(Map.of("x", value), outputs)) {
                assertSame(value, result.get("x"));
                assertSame(value, result.get("x.alias"));
                assertSame(weight.getArr(), result.get("weight"));
                assertSame(weight.getArr(), result.get("weight.alias"));
            }
            assertEquals(0, executor.pooledBuffers());
        }
        assertFalse(value.wasClosed());
        assertFalse(weight.getArr().wasClosed());
    }

    @Test
    void whatAnOpPassesOnIsTheArrayThatItReads() {
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 2);
        SDVariable y = new Residual(sd, x, x).output().rename("y");
        SDVariable[] fork = new LayerNorm.Fork(sd, 1e-5, y, sd.var("gamma", SmallGraph.random(2, 2))).outputVariables();
        new Residual(sd, fork[0], x).output().rename("branch");
        fork[1].rename("trunk");
        INDArray value = SmallGraph.random(1, 3, 2);
        try (GraphExecutor executor = new GraphExecutor(sd)) {
            for (int i = 0; i < 3; i++) {
                try (GraphExecutor.Result result = executor.run(Map.of("x", value), List.of("branch", "trunk", "y"))) {
                    assertSame(result.get("y"), result.get("trunk"));
                    assertEquals(value.mul(2), result.get("trunk"));
                }
            }
            INDArray given = SmallGraph.random(3, 3, 2);
            try (GraphExecutor.Result result = executor.run(Map.of("y", given, "x", value), List.of("trunk"))) {
                assertSame(given, result.get("trunk"));
            }
            assertFalse(given.wasClosed());
        }
    }

    @Test
    void anAliasIsReadAfterItsSourcesLastUse() {
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 2);
        SDVariable y = new Residual(sd, x, x).output();
        SDVariable alias = new Alias(sd, y).output();
        SDVariable z = new Residual(sd, y, x).output(); // the last use of y by name
        new Residual(sd, z, alias).output().rename("sum");
        INDArray value = SmallGraph.random(1, 3, 2);
        try (GraphExecutor executor = new GraphExecutor(sd);
                GraphExecutor.Result result = executor.run(Map.of("x", value), List.of("sum"))) {
            assertEquals(value.mul(5), result.get("sum"));
        }
    }

    @Test
    void anOutputThatIsReadOnAndOnlyThenAskedForKeepsItsValue() {
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 2);
        SDVariable y = new Residual(sd, x, x).output().rename("y");
        SDVariable z = new Residual(sd, y, y).output();
        new Residual(sd, z, z).output().rename("sum");
        INDArray value = SmallGraph.random(1, 3, 2);
        try (GraphExecutor executor = new GraphExecutor(sd);
                GraphExecutor.Result result = executor.run(Map.of("x", value), List.of("sum", "y"))) {
            assertEquals(value.mul(2), result.get("y"));
            assertEquals(value.mul(8), result.get("sum"));
        }
    }

    @Test
    void writtenVariablesCountFromTheNextRun() {
        SDVariable weight = sd.var("weight", SmallGraph.random(2, 2, 2));
        new Residual(sd, weight, weight).output().rename("y");
        try (GraphExecutor executor = new GraphExecutor(sd)) {
            executor.run(Map.of(), List.of("y")).close();
            weight.getArr().assign(3);
            try (GraphExecutor.Result result = executor.run(Map.of(), List.of("y"))) {
                assertArrayEquals(
                        new float[] {6, 6, 6, 6}, result.get("y").ravel().toFloatVector());
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
        Map<String, INDArray> feed = Map.of("x", SmallGraph.random(1, 5, 3));
        try (GraphExecutor executor = new GraphExecutor(sd);
                GraphExecutor.Result result = executor.run(feed, List.of(OUTPUT))) {
            assertEquals(sd.output(feed, OUTPUT).get(OUTPUT), result.get(OUTPUT));
        }
    }

    @Test
    void aPlaceholderWithoutArrayIsNamed() {
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 2);
        new Residual(sd, x, x).output().rename("y");
        try (GraphExecutor executor = new GraphExecutor(sd)) {
            Exception error = assertThrows(IllegalArgumentException.class, () -> executor.run(Map.of(), List.of("y")));
            assertEquals("no array for the placeholder x", error.getMessage());
        }
    }

    @Test
    void anUnknownOutputIsNamed() {
        try (GraphExecutor executor = new GraphExecutor(sd)) {
            Exception error =
                    assertThrows(IllegalArgumentException.class, () -> executor.run(Map.of(), List.of("nothing")));
            assertEquals("the graph has no variable nothing", error.getMessage());
        }
    }

    @Test
    void anArrayThatWasNotAskedForIsNamed() {
        sd.var("weight", Nd4j.ones(2));
        try (GraphExecutor executor = new GraphExecutor(sd);
                GraphExecutor.Result result = executor.run(Map.of(), List.of("weight"))) {
            Exception error = assertThrows(IllegalArgumentException.class, () -> result.get("bias"));
            assertEquals("not among the outputs: bias", error.getMessage());
        }
    }

    @Test
    void aVariableThatTheLossDoesNotDependOnIsNamed() {
        SDVariable x = sd.var("x", SmallGraph.random(1, 2, 2));
        sd.var("unused", SmallGraph.random(2, 2, 2));
        sd.sum(new Residual(sd, x, x).output()).rename(LOSS);
        Graphs.differentiate(sd, LOSS);
        Exception error = assertThrows(IllegalArgumentException.class, () -> GraphExecutor.gradientName(sd, "unused"));
        assertEquals("the loss does not depend on unused", error.getMessage());
    }

    @Test
    void aDoubleOrStridedArrayIsRefusedByOwnOps() {
        SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 2);
        new Residual(sd, x, x).output().rename("y");
        try (GraphExecutor executor = new GraphExecutor(sd)) {
            for (INDArray wrong : List.of(
                    Nd4j.ones(DataType.DOUBLE, 3, 2),
                    SmallGraph.random(1, 2, 3).transpose(),
                    SmallGraph.random(1, 4, 2).get(NDArrayIndex.interval(1, 3)))) {
                assertThrows(IllegalArgumentException.class, () -> executor.run(Map.of("x", wrong), List.of("y")));
            }
        }
    }
}
