package org.modernbert4j.ops;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/** Softmax cross entropy against a class for each row of the logits, {@link Targets.Classes}; a negative class does not count. */
public final class CrossEntropyLoss implements Loss {
    @Override
    public SDVariable targets(SameDiff sd, String name) {
        return sd.placeHolder(name, DataType.INT32, -1); // [n]
    }

    @Override
    public SDVariable own(SameDiff sd, SDVariable logits, SDVariable targets, SDVariable scale) {
        return new CrossEntropy(sd, logits, targets, scale).output();
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
