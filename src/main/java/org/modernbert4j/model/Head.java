package org.modernbert4j.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.modernbert4j.InputException;
import org.modernbert4j.model.ParameterId.HeadParameter;
import org.modernbert4j.model.ParameterId.Part;
import org.modernbert4j.model.ParameterId.TokenEmbedding;
import org.modernbert4j.ops.Layers;
import org.modernbert4j.ops.Layers.LstmWeights;
import org.modernbert4j.ops.kernel.PoolKernel.Reduction;
import org.nd4j.autodiff.samediff.SDVariable;

/** What stands on the encoder and turns its last hidden states into logits. */
public sealed interface Head {
    /** Its name on the command line and in saved files. */
    String name();

    /** Number of logits. */
    int classes();

    /** The class of transformers that reads it, or the nearest one that reads the encoder. */
    default String publishedArchitecture() {
        return "ModernBertModel";
    }

    /** The shape of each parameter, as torch stores it. */
    Map<HeadParameter, long[]> shapes(ModernBertConfig config);

    /**
     * Adds the head to a graph.
     *
     * @param model the encoder
     * @return logits: {@code [texts, classes]}, or {@code [asked rows, vocabulary]} of the language model
     */
    SDVariable logits(ModernBert model);

    /** Whether the head sees of each text one row only, {@link Network#POOLED}. */
    default boolean pools() {
        return false;
    }

    /** Whether the logits are those of rows instead of texts. */
    default boolean predictsTokens() {
        return false;
    }

    /** Whether of the last layer's output the head sees the first row of each text only. */
    default boolean seesFirstRowOnly(ModernBertConfig config) {
        return false;
    }

    /** Whether the head sees padding, so that every text must be padded to one length. */
    default boolean needsPadding() {
        return false;
    }

    /** The names that {@link #named} knows. */
    List<String> NAMES = List.of("cls", "mean", "lstm", "lstm-last", "published");

    /**
     * A classification head by its name.
     *
     * @param classes number of logits
     * @param dropout of the heads that have their own; the published one takes the configuration's
     * @throws InputException for a name that is none of {@link #NAMES}
     */
    static Head named(String name, int classes, double dropout) {
        return switch (name) {
            case "cls" -> new Pooled(classes, dropout, Pooling.CLS);
            case "mean" -> new Pooled(classes, dropout, Pooling.MEAN);
            case "lstm" -> new Lstm(classes, dropout, true);
            case "lstm-last" -> new Lstm(classes, dropout, false);
            case "published" -> new Published(classes);
            default -> throw new InputException("head " + name + ": no such head; use one of " + NAMES);
        };
    }

    /**
     * One pooled row, dropout, and a linear layer.
     *
     * @param classes number of logits
     * @param dropout share of the pooled row that is dropped in training
     * @param pooling first token or mean over the tokens
     */
    record Pooled(int classes, double dropout, Pooling pooling) implements Head {
        @Override
        public String name() {
            return pooling.toString();
        }

        @Override
        public boolean pools() {
            return true;
        }

        @Override
        public boolean seesFirstRowOnly(ModernBertConfig config) {
            return pooling == Pooling.CLS;
        }

        @Override
        public Map<HeadParameter, long[]> shapes(ModernBertConfig config) {
            return linear("fc", classes, config.hiddenSize(), true);
        }

        @Override
        public SDVariable logits(ModernBert model) {
            SDVariable pooled = model.pool(pooling); // [texts, hidden]
            return classify(model, pooled, dropout);
        }
    }

    /**
     * The final state of an LSTM as wide as the encoder, dropout, and a linear layer.
     *
     * @param classes number of logits
     * @param dropout share of the state that is dropped in training
     * @param overPadding whether the state is that after the whole padded row, instead of that at the last token
     */
    record Lstm(int classes, double dropout, boolean overPadding) implements Head {
        @Override
        public String name() {
            return overPadding ? "lstm" : "lstm-last";
        }

        @Override
        public boolean needsPadding() {
            return overPadding;
        }

        @Override
        public Map<HeadParameter, long[]> shapes(ModernBertConfig config) {
            long hidden = config.hiddenSize();
            Map<HeadParameter, long[]> shapes = new LinkedHashMap<>();
            shapes.put(new HeadParameter("lstm", "weight_ih_l0"), new long[] {4 * hidden, hidden});
            shapes.put(new HeadParameter("lstm", "weight_hh_l0"), new long[] {4 * hidden, hidden});
            shapes.put(new HeadParameter("lstm", "bias_ih_l0"), new long[] {4 * hidden});
            shapes.put(new HeadParameter("lstm", "bias_hh_l0"), new long[] {4 * hidden});
            shapes.putAll(linear("fc", classes, hidden, true));
            return shapes;
        }

        @Override
        public SDVariable logits(ModernBert model) {
            int width = model.config().hiddenSize();
            LstmWeights weights = new LstmWeights(
                    model.parameter(new HeadParameter("lstm", "weight_ih_l0")),
                    model.parameter(new HeadParameter("lstm", "weight_hh_l0")),
                    model.parameter(new HeadParameter("lstm", "bias_ih_l0")),
                    model.parameter(new HeadParameter("lstm", "bias_hh_l0")));
            SDVariable states = model.layers().lstm(model.encode(), weights, width); // [rows, hidden]
            Reduction last = overPadding ? Reduction.LAST_ROW : Reduction.LAST_TOKEN;
            return classify(model, model.layers().pool(states, width, last), dropout);
        }
    }

    /**
     * The classification head that checkpoints are published with: pooling, dense, activation, normalisation, dropout and a
     * linear layer, as the configuration says (ModernBertForSequenceClassification of transformers).
     *
     * @param classes number of logits
     */
    record Published(int classes) implements Head {
        @Override
        public String name() {
            return "published";
        }

        @Override
        public boolean pools() {
            return true;
        }

        @Override
        public boolean seesFirstRowOnly(ModernBertConfig config) {
            return config.classifierPooling() == Pooling.CLS;
        }

        @Override
        public String publishedArchitecture() {
            return "ModernBertForSequenceClassification";
        }

        @Override
        public Map<HeadParameter, long[]> shapes(ModernBertConfig config) {
            Map<HeadParameter, long[]> shapes = prediction(config);
            shapes.putAll(linear("classifier", classes, config.hiddenSize(), true));
            return shapes;
        }

        @Override
        public SDVariable logits(ModernBert model) {
            ModernBertConfig config = model.config();
            Layers layers = model.layers();
            SDVariable pooled = model.pool(config.classifierPooling()); // [texts, hidden]
            SDVariable predicted = predict(model, pooled);
            SDVariable kept = layers.dropout(predicted, config.hiddenSize(), config.classifierDropout());
            return model.linear(kept, "classifier"); // [texts, classes]
        }
    }

    /**
     * The masked language model: dense, activation, normalisation, and the token embedding as decoder
     * (ModernBertForMaskedLM of transformers). Its logits are those of the rows whose label counts, in their order, or of every row
     * where there are no labels.
     *
     * @param classes the vocabulary
     */
    record MaskedLanguageModel(int classes) implements Head {
        @Override
        public String name() {
            return "mlm";
        }

        @Override
        public boolean predictsTokens() {
            return true;
        }

        @Override
        public String publishedArchitecture() {
            return "ModernBertForMaskedLM";
        }

        @Override
        public Map<HeadParameter, long[]> shapes(ModernBertConfig config) {
            Map<HeadParameter, long[]> shapes = prediction(config);
            if (config.decoderBias()) {
                shapes.put(new HeadParameter("decoder", "bias"), new long[] {classes});
            }
            return shapes;
        }

        @Override
        public SDVariable logits(ModernBert model) {
            SDVariable asked = model.layers().wanted(model.encode()); // [asked rows, hidden]
            SDVariable predicted = predict(model, asked);
            return model.layers()
                    .linear(
                            predicted,
                            model.parameter(new TokenEmbedding()),
                            model.parameterOrNull(new HeadParameter("decoder", "bias"))); // [asked rows, vocabulary]
        }
    }

    private static Map<HeadParameter, long[]> linear(String module, long out, long in, boolean bias) {
        Map<HeadParameter, long[]> shapes = new LinkedHashMap<>();
        shapes.put(new HeadParameter(module, "weight"), new long[] {out, in});
        if (bias) {
            shapes.put(new HeadParameter(module, "bias"), new long[] {out});
        }
        return shapes;
    }

    private static Map<HeadParameter, long[]> prediction(ModernBertConfig config) {
        long hidden = config.hiddenSize();
        Map<HeadParameter, long[]> shapes = linear("dense", hidden, hidden, config.classifierBias());
        for (Part part : Architecture.parts(config.normBias())) {
            shapes.put(new HeadParameter("norm", part.toString()), new long[] {hidden});
        }
        return shapes;
    }

    private static SDVariable classify(ModernBert model, SDVariable pooled, double dropout) {
        SDVariable kept = model.layers().dropout(pooled, model.config().hiddenSize(), dropout);
        return model.linear(kept, "fc"); // [texts, classes]
    }

    /** Dense, activation and normalisation. */
    private static SDVariable predict(ModernBert model, SDVariable x) {
        SDVariable dense = model.linear(x, "dense");
        SDVariable activated =
                model.config().classifierActivation().apply(model.layers().graph(), dense);
        return model.layers()
                .layerNorm(
                        activated,
                        model.parameter(new HeadParameter("norm", "weight")),
                        model.parameterOrNull(new HeadParameter("norm", "bias")),
                        model.config().normEps());
    }
}
