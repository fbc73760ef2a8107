package org.modernbert4j.model;

import java.util.Optional;

/**
 * How to use a published model from Python.
 *
 * @param limits short name of the head if transformers has no class for it; empty if transformers loads the whole model
 * @param template a program that runs the model on a text: {@code %d} is the maximum tokens, {@code DIR} the model's folder
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
     * A program that loads the encoder with transformers and computes the head in its own lines.
     *
     * @param head short name of the head
     * @param padding the tokenizer's {@code padding} argument
     * @param lines compute {@code pooled} {@code [texts, hidden]} from {@code states} {@code [texts, tokens, hidden]}
     */
    public static TorchUse byHand(String head, String padding, String lines) {
        return new TorchUse(
                Optional.of(head), BY_HAND.formatted(padding, lines.indent(4).stripTrailing()));
    }

    /**
     * The program.
     *
     * @param maxLength maximum tokens; longer texts are cut
     */
    public String python(int maxLength) {
        return template.formatted(maxLength);
    }
}
