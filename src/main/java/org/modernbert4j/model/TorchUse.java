package org.modernbert4j.model;

import java.util.Optional;

/**
 * How a published model is used from Python.
 *
 * @param limits what the head is that transformers has no class for; empty where it loads everything
 * @param template the program, with a place for the most tokens of a text
 */
public record TorchUse(Optional<String> limits, String template) {
    private static final String WHOLE =
            """
            import torch
            from transformers import AutoModelForSequenceClassification, AutoTokenizer

            tokenizer = AutoTokenizer.from_pretrained("DIR")
            model = AutoModelForSequenceClassification.from_pretrained("DIR").eval()
            batch = tokenizer(["..."], truncation=True, max_length=%d, padding=True, return_tensors="pt")
            with torch.no_grad():
                logits = model(**batch).logits
            print([model.config.id2label[i.item()] for i in logits.argmax(-1)])
            """;

    private static final String BY_HAND =
            """
            import torch
            from safetensors.torch import load_file
            from transformers import AutoModel, AutoTokenizer

            tokenizer = AutoTokenizer.from_pretrained("DIR")
            encoder = AutoModel.from_pretrained("DIR", attn_implementation="sdpa").float().eval()
            weights = {name: weight.float() for name, weight in load_file("DIR/model.safetensors").items()}
            batch = tokenizer(["..."], truncation=True, max_length=%%d, padding=%s, return_tensors="pt")
            with torch.no_grad():
                states = encoder(**batch).last_hidden_state
            %s
                logits = torch.nn.functional.linear(pooled, weights["fc.weight"], weights["fc.bias"])
            print([encoder.config.id2label[i.item()] for i in logits.argmax(-1)])
            """;

    private static final String MASKED =
            """
            import torch
            from transformers import AutoModelForMaskedLM, AutoTokenizer

            tokenizer = AutoTokenizer.from_pretrained("DIR")
            model = AutoModelForMaskedLM.from_pretrained("DIR").eval()
            batch = tokenizer(["... " + tokenizer.mask_token], truncation=True, max_length=%d, return_tensors="pt")
            with torch.no_grad():
                logits = model(**batch).logits
            print(tokenizer.batch_decode(logits[batch["input_ids"] == tokenizer.mask_token_id].argmax(-1)))
            """;

    /** A classifier that {@code AutoModelForSequenceClassification} loads whole. */
    public static TorchUse whole() {
        return new TorchUse(Optional.empty(), WHOLE);
    }

    /** A masked language model, which {@code AutoModelForMaskedLM} loads whole. */
    public static TorchUse maskedLanguageModel() {
        return new TorchUse(Optional.empty(), MASKED);
    }

    /**
     * An encoder whose head is applied by hand.
     *
     * @param head what it is, in a few words
     * @param padding of the tokenizer's call
     * @param lines from {@code states} {@code [texts, tokens, hidden]} to {@code pooled} {@code [texts, hidden]}
     */
    public static TorchUse byHand(String head, String padding, String lines) {
        return new TorchUse(
                Optional.of(head), BY_HAND.formatted(padding, lines.indent(4).stripTrailing()));
    }

    /**
     * A program that runs it on a text; {@code DIR} in it is the model's folder.
     *
     * @param maxLength tokens that a text is cut to
     */
    public String python(int maxLength) {
        return template.formatted(maxLength);
    }
}
