package org.modernbert4j.ops;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Layer normalisation of each row: x {@code [rows, width]}, gamma {@code [width]}, beta {@code [width]} or absent. The stock op
 * has an epsilon of its own and computes all gradients at once.
 */
@AutoService(NamedOp.class)
public sealed class LayerNorm extends OwnOp {
    /** For SameDiff, which fills in the rest. */
    public LayerNorm() {}

    LayerNorm(SameDiff sd, double eps, SDVariable... xGammaBeta) {
        super(sd, xGammaBeta);
        addTArgument(eps);
    }

    @Override
    public String opName() {
        return "modernbert_layer_norm";
    }

    @Override
    protected List<long[]> outputShapes(long[][] in) {
        return Collections.nCopies(getNumOutputs(), in[0]);
    }

    @Override
    public List<SDVariable> doDiff(List<SDVariable> gradients) {
        SDVariable dy = gradients.get(0);
        double eps = getTArgument(0);
        List<SDVariable> forInput = new ArrayList<>(List.of(dy, arg(0), arg(1)));
        forInput.addAll(gradients.subList(1, gradients.size()));
        List<SDVariable> all = new ArrayList<>();
        all.add(new InputGradient(sameDiff, eps, forInput.toArray(new SDVariable[0])).output());
        all.add(new GammaGradient(sameDiff, eps, dy, arg(0)).output());
        if (args().length > 2) {
            all.add(new Linear.BiasGradient(sameDiff, dy).output());
        }
        return all;
    }

    /**
     * The same at the start of a residual branch, {@code x + f(norm(x))}: the results are the norm, for the branch, and x itself,
     * for the sum. So both gradients of x come to one op, which adds them in its only pass.
     */
    @AutoService(NamedOp.class)
    public static final class Fork extends LayerNorm {
        /** For SameDiff, which fills in the rest. */
        public Fork() {}

        Fork(SameDiff sd, double eps, SDVariable... xGammaBeta) {
            super(sd, eps, xGammaBeta);
        }

        @Override
        public String opName() {
            return "modernbert_layer_norm_fork";
        }

        @Override
        public int getNumOutputs() {
            return 2;
        }

        @Override
        protected boolean passesInput() {
            return true;
        }
    }

    /** The gradient of the input: of dy, x, gamma and, after a {@link Fork}, the gradient of x itself. */
    @AutoService(NamedOp.class)
    public static final class InputGradient extends OwnOp {
        /** For SameDiff, which fills in the rest. */
        public InputGradient() {}

        InputGradient(SameDiff sd, double eps, SDVariable... dyXGammaPassed) {
            super(sd, dyXGammaPassed);
            addTArgument(eps);
        }

        @Override
        public String opName() {
            return "modernbert_layer_norm_dx";
        }

        @Override
        protected List<long[]> outputShapes(long[][] in) {
            return List.of(in[0]);
        }
    }

    /** The gradient of gamma. */
    @AutoService(NamedOp.class)
    public static final class GammaGradient extends OwnOp {
        /** For SameDiff, which fills in the rest. */
        public GammaGradient() {}

        GammaGradient(SameDiff sd, double eps, SDVariable dy, SDVariable x) {
            super(sd, dy, x);
            addTArgument(eps);
        }

        @Override
        public String opName() {
            return "modernbert_layer_norm_dgamma";
        }

        @Override
        protected List<long[]> outputShapes(long[][] in) {
            return List.of(new long[] {in[0][1]});
        }
    }
}
