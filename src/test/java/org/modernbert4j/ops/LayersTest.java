package org.modernbert4j.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.modernbert4j.ops.Closeness.assertClose;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Own and stock lowering of each layer. */
class LayersTest {
    /** Of the largest element: both sum a few dozen float32 numbers, in different orders. */
    private static final double TOLERANCE = 1e-5;

    @ParameterizedTest
    @EnumSource(LayerCase.class)
    void bothLoweringsGiveTheSameNumbers(LayerCase layer) {
        Map<String, INDArray> own = new SmallGraph(Lowering.OWN, SmallGraph.PADDED, layer).outputAndGradients();
        Map<String, INDArray> stock = new SmallGraph(Lowering.STOCK, SmallGraph.PADDED, layer).outputAndGradients();
        assertEquals(own.keySet(), stock.keySet());
        own.forEach((name, array) -> assertClose(stock.get(name), array, TOLERANCE, name));
    }

    @ParameterizedTest
    @EnumSource(LayerCase.class)
    void theStockLoweringHasNoOpThatNeedsOurExecutioner(LayerCase layer) {
        SmallGraph graph = new SmallGraph(Lowering.STOCK, SmallGraph.PADDED, layer);
        graph.backward.getOps().values().forEach(op -> assertFalse(op.getOp() instanceof OwnOp, op.getName()));
    }

    @Test
    void theStockLoweringWantsEveryTextPaddedToItsLength() {
        SmallGraph graph = new SmallGraph(Lowering.STOCK, SmallGraph.PADDED, LayerCase.POOL_MEAN);
        Exception error = assertThrows(IllegalArgumentException.class, () -> graph.layers()
                .feed(new int[11], SmallGraph.PACKED, new int[0], new int[0], 1, 0));
        assertEquals("text 1 has 1 rows, the graph is built for 6", error.getMessage());
    }
}
