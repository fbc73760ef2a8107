package org.modernbert4j.ops;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** Elementwise functions from stock ops, the same in both lowerings. */
public final class Activations {
    private Activations() {}

    /** The exact GELU: x times the distribution function of the standard normal distribution. */
    public static SDVariable gelu(SameDiff sd, SDVariable x) {
        return x.mul(sd.math.erf(x.mul(Math.sqrt(0.5))).add(1).mul(0.5));
    }

    /** The larger of x and 0. */
    public static SDVariable relu(SameDiff sd, SDVariable x) {
        return sd.nn.relu(x, 0);
    }

    /** x times its logistic function. */
    public static SDVariable silu(SameDiff sd, SDVariable x) {
        return x.mul(sd.nn.sigmoid(x));
    }

    /** The hyperbolic tangent. */
    public static SDVariable tanh(SameDiff sd, SDVariable x) {
        return sd.math.tanh(x);
    }
}
