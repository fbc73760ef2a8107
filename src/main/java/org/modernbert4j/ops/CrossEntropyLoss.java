package org.modernbert4j.ops;

import com.google.auto.service.AutoService;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/** Softmax cross entropy. The targets are one class per row of logits, {@link Targets.Classes}; negative ones do not count. */
@AutoService(OpKind.Provider.class)
public final class CrossEntropyLoss implements Loss, OpKind.Provider {
    /** The gradient with respect to the logits. Inputs: the gradient of the loss, then the inputs of the loss. */
    private static final OpKind GRADIENT = OpKind.of("modernbert_cross_entropy_dx", in -> in[1]);

    /**
     * The loss, summed over the rows and multiplied by a scale: logits {@code [rows, classes]}, labels int32 {@code [rows]}, scale
     * {@code [1]}; result {@code [1]}. Reason for an own op: the stock losses ignore the incoming gradient.
     */
    private static final OpKind FORWARD = OpKind.of("modernbert_cross_entropy", in -> new long[] {1})
            .withGradient((op, dy) -> List.of(
                    GRADIENT.on(dy.get(0), op.arg(0), op.arg(1), op.arg(2)).output()));

    @Override
    public List<OpKind> kinds() {
        return List.of(FORWARD, GRADIENT);
    }

    @Override
    public SDVariable targets(SameDiff sd, String name) {
        return sd.placeHolder(name, DataType.INT32, -1); // [n]
    }

    @Override
    public SDVariable own(SDVariable logits, SDVariable targets, SDVariable scale) {
        return FORWARD.on(logits, targets, scale).output();
    }

    @Override
    public SDVariable stock(SameDiff sd, SDVariable logits, SDVariable targets, SDVariable scale, int classes) {
        SDVariable oneHot =
                sd.oneHot(targets, classes).castTo(DataType.FLOAT); // [n, classes]; a row of zeros for a negative class
        SDVariable shifted = logits.sub(sd.max(logits, true, 1));
        SDVariable logSumExp = sd.math.log(sd.sum(sd.math.exp(shifted), true, 1)); // [n, 1]
        return sd.sum(oneHot.mul(logSumExp.sub(shifted))).mul(scale);
    }
}
