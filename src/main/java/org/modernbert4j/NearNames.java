package org.modernbert4j;

import java.util.Collection;
import java.util.Comparator;
import java.util.stream.Collectors;

/** Finds the names that a user may have meant, for messages. */
public final class NearNames {
    private static final int SHOWN = 3;

    private NearNames() {}

    /** The few names that take the fewest edits to become {@code text}, comma-separated; "none" if there are no names. */
    public static String of(String text, Collection<String> names) {
        String near = names.stream()
                .sorted(Comparator.comparingInt(name -> edits(text, name)))
                .limit(SHOWN)
                .collect(Collectors.joining(", "));
        return near.isEmpty() ? "none" : near;
    }

    /** Levenshtein distance: letters to insert, remove or replace. */
    private static int edits(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
