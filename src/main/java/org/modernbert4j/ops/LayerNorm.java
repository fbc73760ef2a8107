package org.modernbert4j.ops;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Layer normalisation of each row: x {@code [rows, width]}, gamma {@code [width]}, beta {@code [width]} or absent. Attribute:
 * epsilon. Reason for own ops: the stock op has a fixed epsilon and computes all gradients at once.
 */
@AutoService(OpKind.Provider.class)
public final class LayerNorm implements OpKind.Provider {
    /** The normalisation. */
    static final OpKind FORWARD =
            OpKind.of("modernbert_layer_norm", in -> in[0]).withGradient(LayerNorm::gradients);

    /**
     * The same at the start of a residual branch, {@code x + f(norm(x))}. Results: the norm for the branch, and x for the sum. So
     * both gradients of x go to one op, which adds them in the same pass.
     */
    static final OpKind FORK = OpKind.of("modernbert_layer_norm_fork", in -> in[0], in -> in[0])
            .passingInput()
            .withGradient(LayerNorm::gradients);

    /** The gradient of x. Inputs: dy, x, gamma and, after a fork, the gradient of the passed x. */
    static final OpKind INPUT_GRADIENT = OpKind.of("modernbert_layer_norm_dx", in -> in[0]);

    /** The gradient of gamma. Inputs: dy and x. */
    static final OpKind GAMMA_GRADIENT = OpKind.of("modernbert_layer_norm_dgamma", in -> new long[] {in[0][1]});

    @Override
    public List<OpKind> kinds() {
        return List.of(FORWARD, FORK, INPUT_GRADIENT, GAMMA_GRADIENT);
    }

    private static List<SDVariable> gradients(OwnOp op, List<SDVariable> gradients) {
        SDVariable dy = gradients.get(0);
        SDVariable passed = gradients.size() > 1 ? gradients.get(1) : null;
        List<SDVariable> all = new ArrayList<>();
        all.add(INPUT_GRADIENT
                .on(dy, op.arg(0), op.arg(1), passed)
                .attributesOf(op)
                .output());
        all.add(GAMMA_GRADIENT.on(dy, op.arg(0)).attributesOf(op).output());
        if (op.args().length > 2) {
            all.add(Linear.BIAS_GRADIENT.on(dy).output());
        }
        return all;
    }
}
