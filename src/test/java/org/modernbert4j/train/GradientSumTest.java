package org.modernbert4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.model.Gradient;
import org.modernbert4j.model.ParameterId;
import org.modernbert4j.model.ParameterId.FinalNorm;
import org.modernbert4j.model.ParameterId.Part;
import org.modernbert4j.model.ParameterId.TokenEmbedding;
import org.modernbert4j.ops.kernel.Workers;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class GradientSumTest {
    private static final ParameterId TABLE = new TokenEmbedding();
    private static final ParameterId VECTOR = new FinalNorm(Part.WEIGHT);

    private static Gradient.Rows rows(float[][] values, int... ids) {
        INDArray array = ids.length == 0 ? Nd4j.empty(DataType.FLOAT) : Nd4j.createFromArray(values);
        return new Gradient.Rows(ids, array, new long[] {6, 2});
    }

    @Test
    void addsRowsOfOneIdAndKeepsTheOthers() {
        try (Workers workers = new Workers(2);
                GradientSum sum = new GradientSum(workers)) {
            sum.add(Map.of(TABLE, rows(new float[][] {{1, 2}, {3, 4}}, 1, 3)));
            sum.add(Map.of(TABLE, rows(new float[][] {{10, 20}, {30, 40}}, 0, 3)));
            sum.add(Map.of(TABLE, rows(new float[][] {{100, 200}}, 5)));
            Gradient.Rows rows = (Gradient.Rows) sum.gradients().get(TABLE);
            assertArrayEquals(new int[] {0, 1, 3, 5}, rows.ids());
            assertArrayEquals(new float[] {10, 20, 1, 2, 33, 44, 100, 200}, TinyCheckpoint.values(rows.values()));
            assertArrayEquals(
                    new float[] {10, 20, 1, 2, 0, 0, 33, 44, 0, 0, 100, 200}, TinyCheckpoint.values(rows.dense()));
            assertEquals(rows.dense().norm2Number().doubleValue(), rows.norm(), 1e-4);
        }
    }

    @Test
    void hasTheRowsOfPartsThatHaveAny() {
        try (Workers workers = new Workers(2);
                GradientSum sum = new GradientSum(workers)) {
            sum.add(Map.of(TABLE, rows(null)));
            assertEquals(0, sum.gradients().get(TABLE).norm());
            sum.add(Map.of(TABLE, rows(new float[][] {{1, 2}}, 4)));
            sum.add(Map.of(TABLE, rows(null)));
            assertArrayEquals(new int[] {4}, ((Gradient.Rows) sum.gradients().get(TABLE)).ids());
        }
    }

    @Test
    void leavesThePartsAsTheyWere() {
        INDArray first = Nd4j.createFromArray(1f, 2f);
        INDArray second = Nd4j.createFromArray(10f, 20f);
        try (Workers workers = new Workers(1);
                GradientSum sum = new GradientSum(workers)) {
            sum.add(Map.of(VECTOR, new Gradient.Dense(first)));
            sum.add(Map.of(VECTOR, new Gradient.Dense(second)));
            assertArrayEquals(
                    new float[] {11, 22},
                    TinyCheckpoint.values(sum.gradients().get(VECTOR).dense()));
        }
        assertArrayEquals(new float[] {1, 2}, TinyCheckpoint.values(first));
        assertArrayEquals(new float[] {10, 20}, TinyCheckpoint.values(second));
    }
}
