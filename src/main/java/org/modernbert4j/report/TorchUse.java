package org.modernbert4j.report;

import java.util.Optional;

/**
 * How a published classifier is used from Python.
 *
 * @param head name of its head, one of {@link org.modernbert4j.model.Head#NAMES}
 * @param maxLength tokens that a text is cut to
 */
public record TorchUse(String head, int maxLength) {
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
            batch = tokenizer(["..."], truncation=True, max_length=%d, padding=%s, return_tensors="pt")
            with torch.no_grad():
                states = encoder(**batch).last_hidden_state
            %s
                logits = torch.nn.functional.linear(pooled, weights["fc.weight"], weights["fc.bias"])
            print([encoder.config.id2label[i.item()] for i in logits.argmax(-1)])
            """;

    private static final String LSTM =
            """
            lstm = torch.nn.LSTM(encoder.config.hidden_size, encoder.config.hidden_size, batch_first=True)
            lstm.load_state_dict({name[5:]: weight for name, weight in weights.items() if name.startswith("lstm.")})
            """;

    /** Whether {@code AutoModelForSequenceClassification} loads all of it. */
    public boolean isWhole() {
        return head.equals("published");
    }

    /** What transformers cannot load of it, in one line; empty where it loads everything. */
    public Optional<String> limits() {
        if (isWhole()) {
            return Optional.empty();
        }
        String what = head.startsWith("lstm") ? "an LSTM" : "one linear layer";
        return Optional.of("transformers has no class for the head " + head + " (" + what
                + "): AutoModel loads the encoder, the head is to be applied by hand");
    }

    /** A program that labels a text; {@code DIR} in it is the model's folder. */
    public String python() {
        return switch (head) {
            case "published" -> WHOLE.formatted(maxLength);
            case "cls" -> byHand("True", "pooled = states[:, 0]");
            case "mean" ->
                byHand(
                        "True",
                        """
                        mask = batch["attention_mask"].unsqueeze(-1)
                        pooled = (states * mask).sum(1) / mask.sum(1)""");
            case "lstm" -> byHand("\"max_length\"", LSTM + "pooled = lstm(states)[1][0][0]");
            case "lstm-last" ->
                byHand(
                        "True",
                        LSTM
                                + """
                                lengths = batch["attention_mask"].sum(1)
                                rows = torch.nn.utils.rnn.pack_padded_sequence(states, lengths, True, False)
                                pooled = lstm(rows)[1][0][0]""");
            default -> throw new IllegalArgumentException("head " + head);
        };
    }

    private String byHand(String padding, String pooling) {
        return BY_HAND.formatted(maxLength, padding, pooling.indent(4).stripTrailing());
    }
}
