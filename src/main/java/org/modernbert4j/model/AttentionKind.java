package org.modernbert4j.model;

/** Which keys a query of a layer sees. */
public enum AttentionKind {
    /** All keys of its text. */
    GLOBAL("full_attention"),
    /** The keys of its text at most {@link AttentionConfig#slidingRadius} away. */
    SLIDING("sliding_attention");

    private final String configName;

    AttentionKind(String configName) {
        this.configName = configName;
    }

    /** Its name in {@code config.json}. */
    @Override
    public String toString() {
        return configName;
    }
}
