package org.modernbert4j.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.modernbert4j.ops.Closeness.assertClose;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.modernbert4j.InputException;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Machine;
import org.modernbert4j.backend.Precision;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Each layer on each backend. */
class LayersTest {
    /** Of the largest element: both sum a few dozen float32 numbers, in different orders. */
    private static final double TOLERANCE = 1e-5;

    private static Stream<Arguments> others() {
        return Stream.of(LayerCase.values()).flatMap(layer -> Stream.of(Machine.ND4J, Machine.ND4J_COPIES, Machine.CUDA)
                .map(m -> Arguments.of(layer, m)));
    }

    @ParameterizedTest
    @MethodSource("others")
    void everyBackendGivesTheSameNumbers(LayerCase layer, Machine machine) {
        Map<String, INDArray> own = graph(Machine.CPU, layer).outputAndGradients();
        Map<String, INDArray> other = graph(machine, layer).outputAndGradients();
        assertEquals(own.keySet(), other.keySet());
        own.forEach((name, array) -> assertClose(other.get(name), array, TOLERANCE, name));
    }

    private static SmallGraph graph(Machine machine, LayerCase layer) {
        return new SmallGraph(machine.backend(), SmallGraph.PADDED, layer);
    }

    @ParameterizedTest
    @EnumSource(LayerCase.class)
    void aBackendWithoutKernelsHasNoOwnOp(LayerCase layer) {
        graph(Machine.ND4J, layer)
                .backward
                .getOps()
                .values()
                .forEach(op -> assertFalse(op.getOp() instanceof OwnOp, op.getName()));
    }

    @Test
    void aBackendWithoutKernelsNeedsEveryTextPaddedToItsLength() {
        SmallGraph graph = graph(Machine.ND4J, LayerCase.POOL_MEAN);
        Batch packed = Batch.of(new int[11], SmallGraph.PACKED, Targets.NONE);
        Exception error = assertThrows(
                IllegalArgumentException.class, () -> graph.layers().feed(packed, new int[] {0}, 1, 0));
        assertEquals("text 1 has 1 rows, the graph is built for 6", error.getMessage());
    }

    @Test
    void aPrecisionThatTheBackendLacksIsRefused() {
        Backend backend = Machine.ND4J.backend();
        Exception error = assertThrows(
                InputException.class, () -> GraphLayers.of(Graphs.create(), backend, 6, Precision.BFLOAT16));
        assertEquals(
                "precision bfloat16: backend nd4j has only float32; use that or another backend", error.getMessage());
    }

    @Test
    void aParameterIsTheSameVariableForTheSameName() {
        new SmallGraph(Machine.CPU.backend(), SmallGraph.PADDED, graph -> {
            assertSame(graph.variable("x", 2, 3), graph.variable("x", 2, 3));
            assertSame(graph.backend.shared(graph.variables.get("x")).orElseThrow(), graph.sd.getArrForVarName("x"));
            return graph.variable("x", 2, 3);
        });
    }
}
