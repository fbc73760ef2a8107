package org.modernbert4j.model;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.Optional;
import org.modernbert4j.model.Initialization.TruncatedNormal;

/**
 * The classification head of published checkpoints: pooling, dense layer, activation, normalisation, dropout and a linear layer,
 * with the settings of the configuration (ModernBertForSequenceClassification of transformers).
 *
 * @param classes number of logits
 */
public record PublishedHead(int classes) implements Head {
    /** The transformers class that it is the head of. */
    public static final String CLASS = "ModernBertForSequenceClassification";

    /** Its name. */
    public static final String NAME = "published";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public <T> T logits(ModernBert<T> encoder) {
        ModernBertConfig config = encoder.config();
        int hidden = config.encoder().hiddenSize();
        T predicted = encoder.predict(encoder.pool(config.classifier().pooling())); // [texts, hidden]
        T kept = encoder.layers().dropout(predicted, hidden, config.classifier().dropout());
        return encoder.head()
                .linear("classifier", classes, hidden)
                .bias(true)
                .init(new TruncatedNormal(1 / Math.sqrt(hidden), config.initializerCutoff()))
                .of(kept);
    }

    @Override
    public String publishedArchitecture() {
        return CLASS;
    }

    @Override
    public TorchUse torchUse() {
        return new TorchUse(
                Optional.empty(),
                """
                import torch
                from transformers import AutoModelForSequenceClassification, AutoTokenizer

                tokenizer = AutoTokenizer.from_pretrained("DIR")
                model = AutoModelForSequenceClassification.from_pretrained("DIR").eval()
                batch = tokenizer(["..."], truncation=True, max_length=%d, padding=True, return_tensors="pt")
                with torch.no_grad():
                    logits = model(**batch).logits
                print([model.config.id2label[i.item()] for i in logits.argmax(-1)])
                """);
    }

    /** Knows {@code published}. */
    @AutoService(Head.Provider.class)
    public static final class Provider implements Head.Provider {
        @Override
        public List<String> names() {
            return List.of(NAME);
        }

        @Override
        public Head create(String name, int classes, double dropout) {
            return new PublishedHead(classes);
        }
    }
}
