package org.modernbert4j.ops;

import java.util.List;
import org.nd4j.imports.converters.ImportClassMapping;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/** All ops of ours, known to SameDiff by name. */
public final class OwnOps {
    private static final List<DynamicCustomOp> ALL = List.of(
            new Alias(),
            new Residual(),
            new Rounding(),
            new Linear(),
            new Linear.InputGradient(),
            new Linear.WeightGradient(),
            new Linear.BiasGradient(),
            new Embedding(),
            new Embedding.TableGradient(),
            new Embedding.RowGradients(),
            new LayerNorm(),
            new LayerNorm.Fork(),
            new LayerNorm.InputGradient(),
            new LayerNorm.GammaGradient(),
            new RotaryAttention(),
            new RotaryAttention.Gradient(),
            new Geglu(),
            new Geglu.InputGradient(),
            new Dropout(),
            new Pool(),
            new Pool.InputGradient(),
            new LstmScan(),
            new LstmScan.Gradient(),
            new CrossEntropy(),
            new CrossEntropy.LogitsGradient(),
            new StockOp.Gather(),
            new StockOp.Rows(),
            new StockOp.MatMul());

    private OwnOps() {}

    /** Tells SameDiff how to make each op when it copies or loads a graph. May be called any number of times. */
    public static void register() {
        for (DynamicCustomOp op : ALL) {
            ImportClassMapping.getOpNameMapping().put(op.opName(), op);
        }
    }
}
