package org.modernbert4j.model;

/**
 * The settings of the decoder of masked tokens.
 *
 * @param bias whether it has a bias
 * @param tied whether its matrix is the token embedding; only true is supported
 */
public record DecoderConfig(boolean bias, boolean tied) {
    /**
     * Checks that it is supported.
     *
     * @throws IllegalArgumentException if it is not tied
     */
    public DecoderConfig {
        Checks.require(tied, "tie_word_embeddings", false, "true, all that is supported");
    }
}
