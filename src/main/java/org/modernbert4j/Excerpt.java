package org.modernbert4j;

/** The beginning of a text, for messages. */
public final class Excerpt {
    private static final int LETTERS = 40;

    private Excerpt() {}

    /** The first 40 letters, with dots after them if there are more. */
    public static String of(String text) {
        return of(text, LETTERS);
    }

    /** The same for another number of letters; those of two UTF-16 units stay whole. */
    public static String of(String text, int letters) {
        if (text.length() <= letters) {
            return text;
        }
        int end = text.offsetByCodePoints(0, Math.min(letters, text.codePointCount(0, text.length())));
        return end < text.length() ? text.substring(0, end) + "..." : text;
    }
}
