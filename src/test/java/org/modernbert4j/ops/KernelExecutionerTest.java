package org.modernbert4j.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.api.ops.impl.reduce.Mmul;
import org.nd4j.linalg.factory.Nd4j;

class KernelExecutionerTest {
    @BeforeEach
    void install() {
        assertTrue(KernelExecutioner.install());
    }

    @Test
    void isInstalledOnce() {
        OpExecutioner installed = Nd4j.getExecutioner();
        assertInstanceOf(KernelExecutioner.class, installed);
        assertTrue(KernelExecutioner.install());
        assertSame(installed, Nd4j.getExecutioner());
    }

    @Test
    void runsOwnOpsWithoutAGraph() {
        INDArray x = SmallGraph.random(1, 4, 3);
        INDArray weight = SmallGraph.random(2, 5, 3);
        OwnOp op = new OwnOp(Linear.FORWARD);
        op.addInputArgument(x, weight);
        INDArray[] out = Nd4j.exec(op);
        assertEquals(1, out.length);
        Closeness.assertClose(x.mmul(weight.transpose()), out[0], 1e-6, "x W^T"); // three products each
    }

    @Test
    void leavesStockOpsToLibnd4j() {
        INDArray a = SmallGraph.random(1, 2, 3);
        INDArray b = SmallGraph.random(2, 3, 2);
        assertEquals(a.mmul(b), Nd4j.exec(new Mmul(a, b))[0]);
    }
}
