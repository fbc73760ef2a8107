package org.modernbert4j.report;

import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes GitHub's Markdown. */
final class Markdown {
    private static final Pattern SPECIAL = Pattern.compile("[\\\\`*_\\[\\]<>|&~#$]");
    private static final Pattern LINE_BREAKS = Pattern.compile("\\p{Cntrl}+");
    private static final Pattern BACKTICKS = Pattern.compile("`+");
    private static final int SHORTEST_FENCE = 3;

    private Markdown() {}

    /** Text that reads as it is given, on one line, also in a table. */
    static String escape(String text) {
        return SPECIAL.matcher(LINE_BREAKS.matcher(text).replaceAll(" ")).replaceAll("\\\\$0");
    }

    /** Lines as they are. */
    static String fence(String lines) {
        return fence("", lines);
    }

    /** Lines as they are, of a language. */
    static String fence(String language, String lines) {
        int longest = BACKTICKS
                .matcher(lines)
                .results()
                .map(MatchResult::group)
                .mapToInt(String::length)
                .max()
                .orElse(0);
        String fence = "`".repeat(Math.max(SHORTEST_FENCE, longest + 1));
        return fence + language + "\n" + lines + fence;
    }

    /** A list; items are escaped already. */
    static String list(Stream<String> items) {
        return items.map(item -> "- " + item).collect(Collectors.joining("\n"));
    }

    /** A list of names with their values; a name without one is left out. */
    static String pairs(Map<String, String> pairs) {
        return list(pairs.entrySet().stream()
                .filter(pair -> !pair.getValue().isEmpty())
                .map(pair -> escape(pair.getKey()) + ": " + escape(pair.getValue())));
    }

    /** A table with centred columns; cells are escaped already. */
    static String table(List<String> header, List<List<String>> rows) {
        String rule = header.stream()
                .map(name -> ":" + "-".repeat(name.length()) + ":")
                .collect(Collectors.joining("|", "|", "|"));
        String body = rows.stream().map(Markdown::row).collect(Collectors.joining("\n"));
        return String.join("\n", row(header), rule, body);
    }

    private static String row(List<String> cells) {
        return cells.stream().collect(Collectors.joining(" | ", "| ", " |"));
    }
}
