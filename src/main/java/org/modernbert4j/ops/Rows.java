package org.modernbert4j.ops;

import com.google.auto.service.AutoService;
import java.util.List;

/** Ops that select rows of a matrix by number, and their gradients. */
@AutoService(OpKind.Provider.class)
public final class Rows implements OpKind.Provider {
    /**
     * Adds rows to a table of zeros; this is the gradient of selecting rows. Inputs: a table {@code [entries, width]}, used only
     * for its shape; ids int32 {@code [n]}; values {@code [n, width]}. Result: {@code [entries, width]}.
     */
    static final OpKind SPREAD = OpKind.of("modernbert_spread", in -> in[0]);

    /** Rows of a matrix by number: x {@code [n, width]}, rows int32 {@code [selected]}, result {@code [selected, width]}. */
    static final OpKind SELECT = OpKind.of("modernbert_select", in -> new long[] {in[1][0], in[0][1]})
            .withGradient((op, dy) ->
                    List.of(SPREAD.on(op.arg(0), op.arg(1), dy.get(0)).output()));

    /** Sums the gradient rows of each distinct id: {@code [distinct, width]}. Inputs: dy, ids and distinct. */
    static final OpKind EMBEDDING_GRADIENT =
            OpKind.of("modernbert_embedding_drows", in -> new long[] {in[2][0], in[0][1]});

    /**
     * Rows of a table by number. Inputs: table {@code [entries, width]}; ids int32 {@code [rows]}; distinct int32 {@code
     * [distinct]}, the distinct ids without padding, ascending. Result: {@code [rows, width]}. Attribute: the id of padding, which
     * gets no gradient, like {@code padding_idx} of torch.nn.Embedding; negative for none. Reason for an own op: the gradient of
     * the stock {@code gather} does not work in ND4J 1.0.0-M2.1.
     */
    static final OpKind EMBEDDING = OpKind.of("modernbert_embedding", in -> new long[] {in[1][0], in[0][1]})
            .withGradient((op, dy) -> List.of(SPREAD.on(
                            op.arg(0),
                            op.arg(2),
                            EMBEDDING_GRADIENT
                                    .on(dy.get(0), op.arg(1), op.arg(2))
                                    .attributesOf(op)
                                    .output())
                    .output()));

    @Override
    public List<OpKind> kinds() {
        return List.of(SPREAD, SELECT, EMBEDDING_GRADIENT, EMBEDDING);
    }
}
