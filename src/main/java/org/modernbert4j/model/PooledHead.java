package org.modernbert4j.model;

import com.google.auto.service.AutoService;
import java.util.List;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.model.Initialization.Uniform;

/**
 * A head of pooling, dropout and a linear layer.
 *
 * @param classes number of logits
 * @param dropout dropout rate of the pooled row in training
 * @param pooling {@link Pooling#CLS} or {@link Pooling#MEAN}
 */
public record PooledHead(int classes, double dropout, Pooling pooling) implements Head {
    @Override
    public String name() {
        return pooling.toString();
    }

    @Override
    public <T> T logits(ModernBert<T> encoder) {
        return classify(encoder, encoder.pool(pooling), classes, dropout);
    }

    /**
     * Dropout and a linear layer, initialised as torch does.
     *
     * @param x {@code [texts, hidden]}
     * @return {@code [texts, classes]}
     */
    static <T> T classify(ModernBert<T> encoder, T x, int classes, double dropout) {
        int hidden = encoder.config().encoder().hiddenSize();
        T kept = encoder.layers().dropout(x, hidden, dropout);
        return encoder.head()
                .linear("fc", classes, hidden)
                .bias(true)
                .initAll(new Uniform(1 / Math.sqrt(hidden)))
                .of(kept);
    }

    @Override
    public TorchUse torchUse() {
        return TorchUse.byHand(
                "one linear layer",
                "True",
                pooling == Pooling.CLS
                        ? "pooled = states[:, 0]"
                        : """
                        mask = batch["attention_mask"].unsqueeze(-1)
                        pooled = (states * mask).sum(1) / mask.sum(1)""");
    }

    /** Knows {@code cls} and {@code mean}. */
    @AutoService(Head.Provider.class)
    public static final class Provider implements Head.Provider {
        @Override
        public List<String> names() {
            return List.of(Pooling.CLS.toString(), Pooling.MEAN.toString());
        }

        @Override
        public Head create(String name, int classes, double dropout) {
            return new PooledHead(classes, dropout, name.equals(Pooling.CLS.toString()) ? Pooling.CLS : Pooling.MEAN);
        }
    }
}
