package org.modernbert4j.ops;

import java.util.Locale;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** A function of a single number, applied to each element. */
public enum Activation {
    /** x * P(X &lt;= x) with X standard normal; the exact form with erf. */
    GELU,
    /** max(x, 0). */
    RELU,
    /** x / (1 + exp(-x)). */
    SILU,
    /** The hyperbolic tangent of x. */
    TANH;

    /** Adds the function to a graph with stock ops. */
    SDVariable apply(SameDiff sd, SDVariable x) {
        return switch (this) {
            case GELU -> x.mul(sd.math.erf(x.mul(Math.sqrt(0.5))).add(1).mul(0.5));
            case RELU -> sd.nn.relu(x, 0);
            case SILU -> x.mul(sd.nn.sigmoid(x));
            case TANH -> sd.math.tanh(x);
        };
    }

    /** Its name in {@code config.json}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
