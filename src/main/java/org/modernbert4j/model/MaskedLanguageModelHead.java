package org.modernbert4j.model;

import java.util.Optional;
import org.modernbert4j.model.Initialization.Constant;
import org.modernbert4j.model.Initialization.TruncatedNormal;
import org.modernbert4j.model.Parameter.Kind;

/**
 * The head of a masked language model, for the batch's selected rows: dense layer, activation, normalisation, and the token
 * embedding as decoder, or a matrix of its own (ModernBertForMaskedLM of transformers).
 *
 * @param classes the vocabulary size
 */
public record MaskedLanguageModelHead(int classes) implements Head {
    @Override
    public String name() {
        return "mlm";
    }

    @Override
    public boolean ofRows() {
        return true;
    }

    @Override
    public <T> T logits(ModernBert<T> encoder) {
        T predicted = encoder.predict(encoder.layers().select(encoder.encode())); // [selected, hidden]
        ModernBertConfig config = encoder.config();
        T matrix = config.decoder().tied() ? encoder.tokenEmbedding() : ownMatrix(encoder);
        T bias = config.decoder().bias()
                ? encoder.head().parameter("decoder.bias", Kind.BIAS, Constant.ZEROS, classes)
                : null;
        return encoder.layers().linear(predicted, matrix, bias); // [selected, vocabulary]
    }

    private <T> T ownMatrix(ModernBert<T> encoder) {
        ModernBertConfig config = encoder.config();
        double deviation =
                config.initializerRange() / Math.sqrt(2.0 * config.encoder().layers());
        return encoder.head()
                .parameter(
                        "decoder.weight",
                        Kind.MATRIX,
                        new TruncatedNormal(deviation, config.initializerCutoff()),
                        classes,
                        config.encoder().hiddenSize());
    }

    @Override
    public String publishedArchitecture() {
        return "ModernBertForMaskedLM";
    }

    @Override
    public TorchUse torchUse() {
        return new TorchUse(
                Optional.empty(),
                """
                import torch
                from transformers import AutoModelForMaskedLM, AutoTokenizer

                tokenizer = AutoTokenizer.from_pretrained("DIR")
                model = AutoModelForMaskedLM.from_pretrained("DIR").eval()
                batch = tokenizer(["... " + tokenizer.mask_token], truncation=True, max_length=%d, return_tensors="pt")
                with torch.no_grad():
                    logits = model(**batch).logits
                print(tokenizer.batch_decode(logits[batch["input_ids"] == tokenizer.mask_token_id].argmax(-1)))
                """);
    }
}
