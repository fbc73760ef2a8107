package org.modernbert4j.ops;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** The exact GELU from stock ops, for both lowerings. */
public final class Activations {
    private Activations() {}

    /** The exact GELU: x times the distribution function of the standard normal distribution. */
    public static SDVariable gelu(SameDiff sd, SDVariable x) {
        return x.mul(sd.math.erf(x.mul(Math.sqrt(0.5))).add(1).mul(0.5));
    }
}
