package org.modernbert4j.ops;

import com.google.auto.service.AutoService;
import java.util.List;

/** Ops that take rows out of a matrix by their numbers, and the gradients of these. */
@AutoService(OpKind.Provider.class)
public final class Rows implements OpKind.Provider {
    /**
     * Rows added to a table of zeros, the gradient of taking rows out of it: the table {@code [entries, width]}, which gives the
     * shape only, ids int32 {@code [n]}, values {@code [n, width]}; result {@code [entries, width]}.
     */
    static final OpKind SPREAD = OpKind.of("modernbert_spread", in -> in[0]);

    /** Rows of a matrix by number: x {@code [n, width]}, rows int32 {@code [selected]}, result {@code [selected, width]}. */
    static final OpKind SELECT = OpKind.of("modernbert_select", in -> new long[] {in[1][0], in[0][1]})
            .withGradient((op, dy) ->
                    List.of(SPREAD.on(op.arg(0), op.arg(1), dy.get(0)).output()));

    /** For each distinct id the sum of the gradients of its rows, {@code [distinct, width]}. Its inputs are dy, ids and distinct. */
    static final OpKind EMBEDDING_GRADIENT =
            OpKind.of("modernbert_embedding_drows", in -> new long[] {in[2][0], in[0][1]});

    /**
     * Rows of a table by number: table {@code [entries, width]}, ids int32 {@code [rows]}, distinct int32 {@code [distinct]}, the
     * distinct ids without that of padding, ascending; result {@code [rows, width]}. Attribute: the id of padding, which gets no
     * gradient, as {@code padding_idx} of torch.nn.Embedding; negative for none. The stock {@code gather} has no working gradient in
     * ND4J 1.0.0-M2.1.
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
