package org.modernbert4j.freeze;

import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Schedules for encoders of any depth. Each has up to three phases of one epoch; the last continues. The head always trains. */
public enum NamedSchedule {
    /** Only the head. */
    HEAD_ONLY,
    /** Everything. */
    FULL,
    /** The upper half of the layers, then all layers, then everything. */
    END_TO_START,
    /** The embeddings and the lower half of the layers, then all layers; the final norm stays frozen. */
    START_TO_END,
    /** Queries, then queries and keys, then queries, keys and values. */
    QUERY_KEY_VALUE,
    /** Queries, keys and values from the first epoch on, as if they were one matrix that cannot be frozen in parts. */
    QUERY_KEY_VALUE_FUSED,
    /** Everything; then all but the embeddings and the lowest third of the layers; then all but the next third too. */
    PROGRESSIVE_FREEZING;

    private static final int PHASES = 3;
    private static final List<String> QUERY_KEY_VALUE_PATHS =
            List.of("layers.*.attn.q", "layers.*.attn.k", "layers.*.attn.v");

    /** The schedule for an encoder with this number of layers. */
    public Schedule schedule(int layers) {
        NavigableMap<Integer, Selector> changes = new TreeMap<>();
        for (int phase = 0; phase < PHASES; phase++) {
            Selector selector = Selector.parse(selector(phase, layers));
            if (changes.isEmpty() || !changes.lastEntry().getValue().equals(selector)) {
                changes.put(phase, selector);
            }
        }
        return new Schedule(toString(), changes);
    }

    private String selector(int phase, int layers) {
        int halves = (phase + 1) * (layers / 2);
        return switch (this) {
            case HEAD_ONLY -> "head";
            case FULL -> "all";
            case END_TO_START -> phase == PHASES - 1 ? "all" : range(layers - halves, layers) + ", head";
            case START_TO_END -> "embeddings, " + range(0, Math.min(layers, halves)) + ", head";
            case QUERY_KEY_VALUE -> "head, " + String.join(", ", QUERY_KEY_VALUE_PATHS.subList(0, phase + 1));
            case QUERY_KEY_VALUE_FUSED -> "head, " + String.join(", ", QUERY_KEY_VALUE_PATHS);
            case PROGRESSIVE_FREEZING ->
                phase == 0 ? "all" : range(phase * (layers / 3), layers) + ", final_norm, head";
        };
    }

    /** A selector of the layers {@code first} to {@code end - 1}. */
    private static String range(int first, int end) {
        return first < end ? "layers." + first + "-" + (end - 1) : "none";
    }

    /** Its name on the command line, such as {@code end-to-start}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
