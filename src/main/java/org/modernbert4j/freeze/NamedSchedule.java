package org.modernbert4j.freeze;

import java.util.Arrays;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** A schedule for encoders of any depth: up to three phases of one epoch, of which the last goes on. The head always trains. */
public enum NamedSchedule {
    /** Nothing but the head. */
    HEAD_ONLY {
        @Override
        Selector phase(int phase, int layers) {
            return Selector.of(HEAD);
        }
    },
    /** Everything. */
    FULL {
        @Override
        Selector phase(int phase, int layers) {
            return Selector.of(Group.ALL);
        }
    },
    /** The upper half of the layers, then all layers, then everything. */
    END_TO_START {
        @Override
        Selector phase(int phase, int layers) {
            return phase == LAST_PHASE
                    ? Selector.of(Group.ALL)
                    : Selector.of(layers(layers - (phase + 1) * (layers / 2), layers), HEAD);
        }
    },
    /** The embeddings and the lower half of the layers, then all layers; the final norm stays frozen. */
    START_TO_END {
        @Override
        Selector phase(int phase, int layers) {
            return Selector.of(EMBEDDINGS, layers(0, Math.min(layers, (phase + 1) * (layers / 2))), HEAD);
        }
    },
    /** Queries, then queries and keys, then queries, keys and values. */
    QUERY_KEY_VALUE {
        @Override
        Selector phase(int phase, int layers) {
            return switch (phase) {
                case 0 -> Selector.of(HEAD, QUERIES);
                case 1 -> Selector.of(HEAD, QUERIES, KEYS);
                default -> Selector.of(HEAD, QUERIES, KEYS, VALUES);
            };
        }
    },
    /** Queries, keys and values from the first epoch on: all that can be told apart where they are one matrix. */
    QUERY_KEY_VALUE_FUSED {
        @Override
        Selector phase(int phase, int layers) {
            return Selector.of(HEAD, QUERIES, KEYS, VALUES);
        }
    },
    /** Everything, then without the embeddings and the lowest third of the layers, then without the next third. */
    PROGRESSIVE_FREEZING {
        @Override
        Selector phase(int phase, int layers) {
            return phase == 0
                    ? Selector.of(Group.ALL)
                    : Selector.of(layers(phase * (layers / 3), layers), FINAL_NORM, HEAD);
        }
    };

    private static final int LAST_PHASE = 2;
    private static final Pattern HEAD = ParameterPath.parse("head");
    private static final Pattern EMBEDDINGS = ParameterPath.parse("embeddings");
    private static final Pattern FINAL_NORM = ParameterPath.parse("final_norm");
    private static final Pattern QUERIES = ParameterPath.parse("layers.*.attn.q");
    private static final Pattern KEYS = ParameterPath.parse("layers.*.attn.k");
    private static final Pattern VALUES = ParameterPath.parse("layers.*.attn.v");

    /** Finds a schedule by what {@link #toString} gives. */
    public static Optional<NamedSchedule> named(String name) {
        return Arrays.stream(values())
                .filter(schedule -> schedule.toString().equals(name))
                .findFirst();
    }

    /** The schedule for an encoder of so many layers. */
    public Schedule schedule(int layers) {
        NavigableMap<Integer, Selector> changes = new TreeMap<>();
        for (int phase = 0; phase <= LAST_PHASE; phase++) {
            Selector selector = phase(phase, layers);
            if (changes.isEmpty() || !changes.lastEntry().getValue().equals(selector)) {
                changes.put(phase, selector);
            }
        }
        return new Schedule(toString(), changes);
    }

    /** Its name on the command line: {@code end-to-start}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    abstract Selector phase(int phase, int layers);

    /** The layers from {@code first} to before {@code end}. */
    private static Pattern layers(int first, int end) {
        return first < end ? ParameterPath.parse("layers." + first + "-" + (end - 1)) : Group.NONE;
    }
}
