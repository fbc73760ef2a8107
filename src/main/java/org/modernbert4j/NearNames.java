package org.modernbert4j;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the names that a user may have meant, for messages. */
public final class NearNames {
    private static final int SHOWN = 3;

    /** Letters of a beginning that is long enough to mean a name. */
    private static final int BEGINNING = 4;

    private NearNames() {}

    /**
     * The few names that a user may have meant by {@code text}, the nearest first, comma-separated. Near is what two changes, or those of a third of
     * its letters, turn into it, or what it is the beginning of; capitals count as small letters.
     *
     * @return empty if no name is near
     */
    public static Optional<String> of(String text, Collection<String> names) {
        String small = text.toLowerCase(Locale.ROOT);
        List<String> near = names.stream()
                .filter(name -> isNear(small, name.toLowerCase(Locale.ROOT)))
                .sorted(Comparator.comparingInt(name -> edits(small, name.toLowerCase(Locale.ROOT))))
                .limit(SHOWN)
                .toList();
        return near.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", near));
    }

    private static boolean isNear(String text, String name) {
        int most = Math.max(text.length() < BEGINNING ? 1 : 2, text.length() / 3);
        boolean isBeginning = text.length() >= BEGINNING && name.startsWith(text);
        return isBeginning || (Math.abs(text.length() - name.length()) <= most && edits(text, name) <= most);
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
