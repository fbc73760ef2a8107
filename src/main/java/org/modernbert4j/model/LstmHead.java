package org.modernbert4j.model;

import com.google.auto.service.AutoService;
import java.util.List;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.model.Initialization.Uniform;
import org.modernbert4j.model.Parameter.Kind;
import org.modernbert4j.ops.Layers.LstmWeights;

/**
 * A head of an LSTM as wide as the encoder; dropout and a linear layer follow its final state.
 *
 * @param classes number of logits
 * @param dropout dropout rate of the state in training
 * @param overPadding whether the head uses the state after the text's last row, padding included, instead of at the last token
 */
public record LstmHead(int classes, double dropout, boolean overPadding) implements Head {
    private static final String OVER_PADDING = "lstm";
    private static final String LAST_TOKEN = "lstm-last";

    @Override
    public String name() {
        return overPadding ? OVER_PADDING : LAST_TOKEN;
    }

    @Override
    public boolean needsPadding() {
        return overPadding;
    }

    @Override
    public <T> T logits(ModernBert<T> encoder) {
        int hidden = encoder.config().encoder().hiddenSize();
        LstmWeights<T> weights = new LstmWeights<>(
                weight(encoder, "weight_ih_l0", Kind.MATRIX, 4L * hidden, hidden),
                weight(encoder, "weight_hh_l0", Kind.MATRIX, 4L * hidden, hidden),
                weight(encoder, "bias_ih_l0", Kind.BIAS, 4L * hidden),
                weight(encoder, "bias_hh_l0", Kind.BIAS, 4L * hidden));
        T states = encoder.layers().lstm(encoder.encode(), weights, hidden); // [rows, hidden]
        Pooling last = overPadding ? Pooling.LAST_ROW : Pooling.LAST_TOKEN;
        return PooledHead.classify(encoder, encoder.layers().pool(states, hidden, last), classes, dropout);
    }

    private static <T> T weight(ModernBert<T> encoder, String name, Kind kind, long... shape) {
        double bound = 1 / Math.sqrt(encoder.config().encoder().hiddenSize());
        return encoder.head().parameter("lstm." + name, kind, new Uniform(bound), shape);
    }

    @Override
    public TorchUse torchUse() {
        String lstm =
                """
                lstm = torch.nn.LSTM(encoder.config.hidden_size, encoder.config.hidden_size, batch_first=True)
                lstm.load_state_dict({name[5:]: weight for name, weight in weights.items() if name.startswith("lstm.")})
                """;
        String lastToken =
                """
                lengths = batch["attention_mask"].sum(1)
                rows = torch.nn.utils.rnn.pack_padded_sequence(states, lengths, True, False)
                pooled = lstm(rows)[1][0][0]""";
        return overPadding
                ? TorchUse.byHand("an LSTM", "\"max_length\"", lstm + "pooled = lstm(states)[1][0][0]")
                : TorchUse.byHand("an LSTM", "True", lstm + lastToken);
    }

    /** Knows {@code lstm} and {@code lstm-last}. */
    @AutoService(Head.Provider.class)
    public static final class Provider implements Head.Provider {
        @Override
        public List<String> names() {
            return List.of(OVER_PADDING, LAST_TOKEN);
        }

        @Override
        public Head create(String name, int classes, double dropout) {
            return new LstmHead(classes, dropout, name.equals(OVER_PADDING));
        }
    }
}
