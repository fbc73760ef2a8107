package org.modernbert4j.model;

import java.util.Locale;

/**
 * Which parameter of the network a tensor is. Its name, that of the SameDiff variable too, is derived from the published one;
 * what is published as one matrix for query, key and value is three parameters here.
 */
public sealed interface ParameterId {
    /** The name: dotted, from the module down to {@code weight} or {@code bias}. */
    String name();

    /** The matrix of a module, or what is added after it. */
    enum Part {
        /** The matrix, or the factor of a normalisation. */
        WEIGHT,
        /** What is added. */
        BIAS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What a parameter does inside its layer. */
    enum Role {
        /** Normalises the input of attention; the first layer has none. */
        ATTENTION_NORM("attn_norm"),
        /** Projects to queries. */
        QUERY("attn.q"),
        /** Projects to keys. */
        KEY("attn.k"),
        /** Projects to values. */
        VALUE("attn.v"),
        /** Projects the context back to the residual stream. */
        ATTENTION_OUTPUT("attn.o"),
        /** Normalises the input of the feed-forward block. */
        MLP_NORM("mlp_norm"),
        /** Projects to the gate and the gated half. */
        MLP_INPUT("mlp.wi"),
        /** Projects back to the residual stream. */
        MLP_OUTPUT("mlp.wo");

        private final String module;

        Role(String module) {
            this.module = module;
        }

        /** Whether this is a layer normalisation. */
        public boolean isNorm() {
            return this == ATTENTION_NORM || this == MLP_NORM;
        }
    }

    /** The token embedding, {@code [vocabulary, hidden]}. */
    record TokenEmbedding() implements ParameterId {
        @Override
        public String name() {
            return "embeddings.tok_embeddings.weight";
        }
    }

    /**
     * The normalisation after the embedding, {@code [hidden]}.
     *
     * @param part factor or offset
     */
    record EmbeddingNorm(Part part) implements ParameterId {
        @Override
        public String name() {
            return "embeddings.norm." + part;
        }
    }

    /**
     * A parameter of one layer.
     *
     * @param layer from 0
     * @param role what it does there
     * @param part matrix or offset
     */
    record LayerParameter(int layer, Role role, Part part) implements ParameterId {
        @Override
        public String name() {
            return "layers." + layer + "." + role.module + "." + part;
        }
    }

    /**
     * The normalisation after the last layer, {@code [hidden]}.
     *
     * @param part factor or offset
     */
    record FinalNorm(Part part) implements ParameterId {
        @Override
        public String name() {
            return "final_norm." + part;
        }
    }

    /**
     * A parameter of the head.
     *
     * @param module what torch calls the module: {@code fc}, {@code lstm}, {@code dense} ...
     * @param parameter what torch calls the parameter in it: {@code weight}, {@code bias_hh_l0} ...
     */
    record HeadParameter(String module, String parameter) implements ParameterId {
        @Override
        public String name() {
            return "head." + module + "." + parameter;
        }
    }
}
