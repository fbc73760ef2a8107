package org.modernbert4j.ops;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.Stream;
import org.modernbert4j.backend.Activation;
import org.modernbert4j.backend.DropoutMask;
import org.nd4j.autodiff.samediff.SDVariable;

/** Ops on single elements: each result depends only on the inputs at its position. */
@AutoService(OpKind.Provider.class)
public final class Elementwise implements OpKind.Provider {
    /** Another name for the same values. */
    static final OpKind ALIAS =
            OpKind.of("modernbert_alias", in -> in[0]).passingInput().withGradient(Elementwise::aliases);

    /** {@code x + y} for two matrices of the same shape. The stock op's gradient makes two copies; this one makes none. */
    static final OpKind SUM = OpKind.of("modernbert_residual", in -> in[0]).withGradient(Elementwise::aliases);

    /** The gradient of {@link #GEGLU}: of a and b, side by side. Inputs: dy and the input of the op. */
    static final OpKind GEGLU_GRADIENT = OpKind.of("modernbert_geglu_dx", in -> in[1]);

    /** {@code gelu(a) * b} of {@code [a | b]}: input {@code [rows, 2 * intermediate]}, result {@code [rows, intermediate]}. */
    static final OpKind GEGLU = OpKind.of("modernbert_geglu", in -> new long[] {in[0][0], in[0][1] / 2})
            .withGradient(
                    (op, dy) -> List.of(GEGLU_GRADIENT.on(dy.get(0), op.arg(0)).output()));

    /** The gradient of {@link #ACTIVATION}. Inputs: dy and the input of the op. */
    static final OpKind ACTIVATION_GRADIENT = OpKind.of("modernbert_activation_dx", in -> in[1]);

    /** An {@link Activation} of each element. Attribute: its code. */
    static final OpKind ACTIVATION = OpKind.of("modernbert_activation", in -> in[0])
            .withGradient((op, dy) -> List.of(ACTIVATION_GRADIENT
                    .on(dy.get(0), op.arg(0))
                    .attributesOf(op)
                    .output()));

    /**
     * Dropout of x. Its mask follows from an int64 seed {@code [1]}; {@link DropoutMask#NOTHING_DROPPED} for inference. Attributes:
     * the rate, and the number of the stream. The gradient is the same op. Reason for an own op: in ND4J 1.0.0-M2.1, the stock op
     * is always on and has no gradient.
     */
    static final OpKind DROPOUT = OpKind.of("modernbert_dropout", in -> in[0])
            .withGradient((op, dy) -> List.of(Elementwise.DROPOUT
                    .on(dy.get(0), op.arg(1))
                    .attributesOf(op)
                    .output()));

    @Override
    public List<OpKind> kinds() {
        return List.of(ALIAS, SUM, GEGLU, GEGLU_GRADIENT, ACTIVATION, ACTIVATION_GRADIENT, DROPOUT);
    }

    /** Passes the incoming gradient to each input. */
    static List<SDVariable> aliases(OwnOp op, List<SDVariable> dy) {
        return Stream.of(op.args()).map(input -> ALIAS.on(dy.get(0)).output()).toList();
    }
}
