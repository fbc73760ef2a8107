package org.modernbert4j.model;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The gradient of a parameter: an array of its shape, or the rows of it that are not zero. */
public sealed interface Gradient {
    /** All of it in the parameter's shape; made anew of rows, which a step of training does nowhere. */
    INDArray dense();

    /** The root of the sum of its squares. */
    double norm();

    /**
     * The gradient of a parameter all of which is used.
     *
     * @param values in the parameter's shape
     */
    record Dense(INDArray values) implements Gradient {
        @Override
        public INDArray dense() {
            return values;
        }

        @Override
        public double norm() {
            return values.norm2Number().doubleValue();
        }
    }

    /**
     * The gradient of a table of which some rows were looked up.
     *
     * @param ids their numbers, each once, ascending
     * @param values their gradients, {@code [ids, width]}
     * @param shape of the table
     */
    record Rows(int[] ids, INDArray values, long[] shape) implements Gradient {
        @Override
        public INDArray dense() {
            INDArray dense = Nd4j.zeros(DataType.FLOAT, shape);
            FloatBuffer into = dense.data().asNioFloat();
            int width = Math.toIntExact(shape[1]);
            for (int i = 0; i < ids.length; i++) {
                into.put(ids[i] * width, values.data().asNioFloat(), i * width, width);
            }
            return dense;
        }

        @Override
        public double norm() {
            return ids.length == 0 ? 0 : values.norm2Number().doubleValue();
        }
    }
}
