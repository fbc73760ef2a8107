package org.modernbert4j.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What is wrong in ND4J 1.0.0-M2.1 and shaped this package. A test that fails here is good news: the defect is gone, and what
 * works around it can go as well.
 */
class UpstreamDefectsTest {
    private final SameDiff sd = SameDiff.create();

    /** The gradient of a variable where SameDiff alone computes it. */
    private INDArray gradient(SDVariable loss, String variable) {
        Graphs.differentiate(sd, loss.name());
        return sd.calculateGradients(Map.of(), variable).get(variable);
    }

    /** Why own ops look embeddings up. */
    @Test
    void gatherHasNoWorkingGradient() {
        SDVariable table = sd.var("table", SmallGraph.random(1, 5, 2));
        SDVariable rows = sd.gather(table, sd.constant(Nd4j.createFromArray(0, 3)), 0);
        SDVariable sum = sd.sum(rows);
        sum.eval();
        assertThrows(RuntimeException.class, () -> gradient(sum, "table"));
    }

    /** Why dropout is an own op, or a mask that is fed. */
    @Test
    void dropoutHasNoGradient() {
        SDVariable x = sd.var("x", SmallGraph.random(1, 5, 2));
        SDVariable kept = sd.nn.dropoutInverted(x, 0.5);
        SDVariable sum = sd.sum(kept);
        sum.eval();
        assertThrows(RuntimeException.class, () -> gradient(sum, "x"));
    }

    /** Why cross entropy is an own op, or elementary ones. */
    @Test
    void lossesIgnoreTheGradientThatComesIn() {
        SDVariable labels = sd.constant(Nd4j.createFromArray(new float[][] {{0, 1, 0}, {1, 0, 0}}));
        sd.var("logits", SmallGraph.random(1, 2, 3));
        SDVariable loss = sd.loss.softmaxCrossEntropy(labels, sd.getVariable("logits"), null);
        INDArray once = gradient(loss, "logits").dup();
        INDArray thrice = gradient(loss.mul(3), "logits");
        assertEquals(once, thrice);
    }

    /** Why layer norm is an own op, or elementary ones: its epsilon is the model's. */
    @Test
    void layerNormHasNoEpsilon() {
        SDVariable x = sd.constant(Nd4j.createFromArray(new float[][] {{-1e-3f, 1e-3f}}));
        SDVariable gamma = sd.constant(Nd4j.ones(DataType.FLOAT, 2));
        INDArray y = sd.nn.layerNorm(x, gamma, false, 1).eval();
        // with an epsilon of 1e-5 this would be 1e-3 / sqrt(1e-6 + 1e-5) = 0.3
        assertEquals(1, y.getDouble(1), 1e-3);
    }

    /** Why a fused matrix is cut into slices in the stock layers. */
    @Test
    void splitThroughOneInputOpsCannotBeDifferentiated() {
        SDVariable x = sd.var("x", SmallGraph.random(1, 2, 6));
        SDVariable[] parts = sd.split(sd.math.tanh(x), 3, 1);
        for (int i = 0; i < parts.length; i++) {
            parts[i] = sd.permute(parts[i], 1, 0);
        }
        SDVariable sum = sd.sum(parts[0].mul(parts[1]).add(parts[2]));
        sum.eval();
        assertThrows(RuntimeException.class, () -> gradient(sum, "x"));
    }

    /** Why Graphs.differentiate silences the standard output. */
    @Test
    void differentiatingPrints() {
        sd.setLossVariables(sd.sum(sd.var("x", SmallGraph.random(1, 2, 2))));
        PrintStream console = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (PrintStream capture = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
            System.setOut(capture);
            sd.createGradFunction();
        } finally {
            System.setOut(console);
        }
        assertNotEquals("", printed.toString(StandardCharsets.UTF_8));
    }

    /** Why Graphs.create changes the array holders. */
    @Test
    void theDefaultHolderKeepsACopy() {
        INDArray array = SmallGraph.random(1, 2, 2);
        sd.var("x", array);
        assertNotSame(array, sd.getArrForVarName("x"));

        SameDiff ours = Graphs.create();
        ours.var("x", array);
        assertSame(array, ours.getArrForVarName("x"));
    }
}
