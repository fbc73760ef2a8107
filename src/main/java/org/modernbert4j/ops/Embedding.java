package org.modernbert4j.ops;

import com.google.auto.service.AutoService;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Rows of a table by number: table {@code [entries, width]}, ids int32 {@code [rows]}, distinct int32 {@code [distinct]}, the
 * distinct ids without that of padding, ascending; result {@code [rows, width]}. The stock {@code gather} has no working gradient in
 * ND4J 1.0.0-M2.1. One id, that of padding, can be left out of the gradient, as {@code padding_idx} of torch.nn.Embedding does.
 */
@AutoService(NamedOp.class)
public final class Embedding extends OwnOp {
    /** For SameDiff, which fills in the rest. */
    public Embedding() {}

    Embedding(SameDiff sd, SDVariable table, SDVariable ids, SDVariable distinct, int paddingId) {
        super(sd, table, ids, distinct);
        addIArgument(paddingId);
    }

    @Override
    public String opName() {
        return "modernbert_embedding";
    }

    @Override
    protected List<long[]> outputShapes(long[][] in) {
        return List.of(new long[] {in[1][0], in[0][1]});
    }

    @Override
    public List<SDVariable> doDiff(List<SDVariable> gradients) {
        SDVariable rows = new RowGradients(
                        sameDiff,
                        gradients.get(0),
                        arg(1),
                        arg(2),
                        getIArgument(0).intValue())
                .output();
        return List.of(new Spread(sameDiff, arg(0), arg(2), rows).output());
    }

    /** The gradients of all rows with one id, summed into one row for each distinct id: {@code [distinct, width]}. */
    @AutoService(NamedOp.class)
    public static final class RowGradients extends OwnOp {
        /** For SameDiff, which fills in the rest. */
        public RowGradients() {}

        RowGradients(SameDiff sd, SDVariable dy, SDVariable ids, SDVariable distinct, int paddingId) {
            super(sd, dy, ids, distinct);
            addIArgument(paddingId);
        }

        @Override
        public String opName() {
            return "modernbert_embedding_drows";
        }

        @Override
        protected List<long[]> outputShapes(long[][] in) {
            return List.of(new long[] {in[2][0], in[0][1]});
        }
    }
}
