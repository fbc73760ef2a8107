package org.modernbert4j.ops;

import java.util.List;
import java.util.Optional;
import org.modernbert4j.ops.kernel.EmbeddingKernel;
import org.modernbert4j.ops.kernel.Occurrences;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
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

    /**
     * Adds to a graph of gradients the rows of a table's gradient that are not zero, {@code [distinct ids, width]} in ascending
     * order of the ids, that of padding left out. Who asks for them instead of the gradient has nothing of the table's size.
     *
     * @param graph with a gradient function
     * @param gradient variable of the table's gradient
     * @return the variable of the rows; empty where the table has another use than one lookup, so that all of it has a gradient
     */
    public static Optional<String> rowGradients(SameDiff graph, String gradient) {
        SameDiffOp op = graph.getOps().get(graph.getVariables().get(gradient).getOutputOfOp());
        if (!(op.getOp() instanceof TableGradient table)) {
            return Optional.empty();
        }
        SDVariable dy = graph.getVariable(op.getInputsToOp().get(0));
        SDVariable ids = graph.getVariable(op.getInputsToOp().get(2));
        return Optional.of(
                new RowGradients(graph, dy, ids, table.getIArgument(0).intValue())
                        .output()
                        .name());
    }

    /** The gradients of all rows with one id, summed into one row for each distinct id. */
    public static final class RowGradients extends OwnOp {
        /** For SameDiff, which fills in the rest. */
        public RowGradients() {}

        RowGradients(SameDiff sd, SDVariable dy, SDVariable ids, int paddingId) {
            super(sd, dy, ids);
            addIArgument(paddingId);
        }

        @Override
        public String opName() {
            return "modernbert_embedding_drows";
        }

        @Override
        protected List<long[]> outputShapes(INDArray[] in) {
            return List.of(new long[] {occurrences(in[1]).ids().length, in[0].size(1)});
        }

        @Override
        protected void run(INDArray[] in, INDArray[] out, Kernels kernels) {
            if (!out[0].isEmpty()) { // it is where all is padding
                EmbeddingKernel.rowGradients(
                        kernels.workers(), floats(in[0]), occurrences(in[1]), floats(out[0]), columns(in[0]));
            }
        }

        private Occurrences occurrences(INDArray ids) {
            return Occurrences.of(ids.toIntVector(), getIArgument(0).intValue());
        }
    }
}
