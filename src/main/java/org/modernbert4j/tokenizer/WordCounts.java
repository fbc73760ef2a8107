package org.modernbert4j.tokenizer;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits texts into words as GPT-2 does, and counts them. */
final class WordCounts {
    /** English endings, then letters, digits or signs with a space before them, then white space. */
    private static final Pattern WORD = Pattern.compile(
            "'(?:s|t|re|ve|m|ll|d)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
            Pattern.UNICODE_CHARACTER_CLASS);

    private WordCounts() {}

    /** How often each word occurs in the texts. */
    static Map<String, Long> of(Iterable<String> texts) {
        Map<String, Long> counts = new HashMap<>();
        for (String text : texts) {
            Matcher words = WORD.matcher(text);
            while (words.find()) {
                counts.merge(words.group(), 1L, Long::sum);
            }
        }
        return counts;
    }
}
