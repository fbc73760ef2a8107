package org.modernbert4j.ops;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Linear layers. The stock {@code matmul} computes both gradients at once; here each gradient is a separate op, so that only needed
 * gradients are computed.
 */
@AutoService(OpKind.Provider.class)
public final class Linear implements OpKind.Provider {
    /**
     * {@code y = x W^T + b}: x {@code [rows, in]}, W {@code [out, in]}, both float32 or both bfloat16, b {@code [out]} or absent.
     */
    static final OpKind FORWARD = OpKind.of("modernbert_linear", in -> new long[] {in[0][0], in[1][0]})
            .withOperations((call, in, integers) -> 2.0 * in[0][0] * in[1][0] * in[1][1])
            .withGradient(Linear::gradients);

    /** {@code dx = dy W}. */
    static final OpKind INPUT_GRADIENT = OpKind.of("modernbert_linear_dx", in -> new long[] {in[0][0], in[1][1]})
            .withOperations((call, in, integers) -> 2.0 * in[0][0] * in[1][0] * in[1][1]);

    /** {@code dW = dy^T x}. */
    static final OpKind WEIGHT_GRADIENT = OpKind.of("modernbert_linear_dw", in -> new long[] {in[0][1], in[1][1]})
            .withOperations((call, in, integers) -> 2.0 * in[0][1] * in[1][0] * in[1][1]);

    /** The sum over the rows of a matrix: the gradient of a linear bias, or of a layer norm's beta. */
    static final OpKind BIAS_GRADIENT = OpKind.of("modernbert_linear_db", in -> new long[] {in[0][1]});

    /** Rounds to nearest bfloat16, for matrix products. Its gradient is the incoming gradient, as if nothing was rounded. */
    static final OpKind ROUNDING = OpKind.of("modernbert_rounding", in -> in[0])
            .withType(DataType.BFLOAT16)
            .withGradient(Elementwise::aliases);

    @Override
    public List<OpKind> kinds() {
        return List.of(FORWARD, INPUT_GRADIENT, WEIGHT_GRADIENT, BIAS_GRADIENT, ROUNDING);
    }

    private static List<SDVariable> gradients(OwnOp op, List<SDVariable> gradients) {
        SDVariable dy = gradients.get(0);
        SDVariable operand =
                op.arg(0).dataType() == DataType.BFLOAT16 ? ROUNDING.on(dy).output() : dy;
        List<SDVariable> all = new ArrayList<>();
        all.add(INPUT_GRADIENT.on(operand, op.arg(1)).output());
        all.add(WEIGHT_GRADIENT.on(operand, op.arg(0)).output());
        if (op.args().length > 2) {
            all.add(BIAS_GRADIENT.on(dy).output());
        }
        return all;
    }
}
