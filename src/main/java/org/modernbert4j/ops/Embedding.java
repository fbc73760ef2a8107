package org.modernbert4j.ops;

import java.util.List;
import org.modernbert4j.ops.kernel.EmbeddingKernel;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Rows of a table by number: table {@code [entries, width]}, ids int32 {@code [rows]}, result {@code [rows, width]}. The stock
 * {@code gather} has no working gradient in ND4J 1.0.0-M2.1. One id, that of padding, can be left out of the gradient, as
 * {@code padding_idx} of torch.nn.Embedding does.
 */
public final class Embedding extends OwnOp {
    /** For SameDiff, which fills in the rest. */
    public Embedding() {}

    Embedding(SameDiff sd, SDVariable table, SDVariable ids, int paddingId) {
        super(sd, table, ids);
        addIArgument(paddingId);
    }

    @Override
    public String opName() {
        return "modernbert_embedding";
    }

    @Override
    protected List<long[]> outputShapes(INDArray[] in) {
        return List.of(new long[] {in[1].size(0), in[0].size(1)});
    }

    @Override
    protected void run(INDArray[] in, INDArray[] out, Kernels kernels) {
        EmbeddingKernel.forward(kernels.workers(), floats(in[0]), in[1].toIntVector(), floats(out[0]), columns(in[0]));
    }

    @Override
    public List<SDVariable> doDiff(List<SDVariable> gradients) {
        return List.of(new TableGradient(
                        sameDiff,
                        gradients.get(0),
                        arg(0),
                        arg(1),
                        getIArgument(0).intValue())
                .output());
    }

    /** The gradients of all rows with one id, summed into the row of that id; the table is there for its shape. */
    public static final class TableGradient extends OwnOp {
        /** For SameDiff, which fills in the rest. */
        public TableGradient() {}

        TableGradient(SameDiff sd, SDVariable dy, SDVariable table, SDVariable ids, int paddingId) {
            super(sd, dy, table, ids);
            addIArgument(paddingId);
        }

        @Override
        public String opName() {
            return "modernbert_embedding_dw";
        }

        @Override
        protected List<long[]> outputShapes(INDArray[] in) {
            return List.of(in[1].shape());
        }

        @Override
        protected void run(INDArray[] in, INDArray[] out, Kernels kernels) {
            EmbeddingKernel.tableGradient(
                    kernels.workers(),
                    floats(in[0]),
                    in[2].toIntVector(),
                    floats(out[0]),
                    rows(in[1]),
                    columns(in[1]),
                    getIArgument(0).intValue());
        }
    }
}
