package org.modernbert4j.model;

import java.util.Optional;

/**
 * How a published model is used from Python.
 *
 * @param limits what the head is, in a few words, if transformers has no class for it; empty if transformers loads the whole model
 * @param template a program that runs it on a text, with {@code %d} for the most tokens of a text; {@code DIR} is the model's folder
 */
public record TorchUse(Optional<String> limits, String template) {
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
     * The program.
     *
     * @param maxLength tokens that a text is cut to
     */
    public String python(int maxLength) {
        return template.formatted(maxLength);
    }
}
