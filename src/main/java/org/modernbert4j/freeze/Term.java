package org.modernbert4j.freeze;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.modernbert4j.InputException;
import org.modernbert4j.NearNames;
import org.modernbert4j.model.Parameter;

/**
 * One term of a selector: a group of parameters, or all parameters with names that begin with the segments of a path.
 *
 * @param adds whether it adds the parameters; otherwise it removes them
 * @param segments the name of a group, or the segments of a path: names, numbers, {@code *} or ranges such as {@code 0-10}
 */
public record Term(boolean adds, List<String> segments) {
    private static final List<String> GROUPS = List.of("all", "none", "norms", "biases");
    private static final Pattern RANGE = Pattern.compile("(\\d{1,9})-(\\d{1,9})");

    /** Keeps its own copy of the segments. */
    public Term {
        segments = List.copyOf(segments);
    }

    static Term parse(String text) {
        boolean adds = !text.strip().startsWith("!");
        String pattern = adds ? text.strip() : text.strip().substring(1).strip();
        return new Term(
                adds,
                split(pattern).stream()
                        .map(segment -> segment(segment, pattern))
                        .toList());
    }

    private static String segment(String text, String pattern) {
        Matcher range = RANGE.matcher(text);
        if (range.matches()) {
            int first = Integer.parseInt(range.group(1));
            int last = Integer.parseInt(range.group(2));
            if (first <= last) {
                return first + "-" + last;
            }
            throw new InputException("selector term \"%s\": found the range %d-%d, expected the smaller number first"
                    .formatted(pattern, first, last));
        }
        if (text.matches("\\*|\\w+")) {
            return text;
        }
        throw new InputException(
                "selector term \"%s\": found \"%s\", expected a name, a number, * or a range such as 0-10"
                        .formatted(pattern, text));
    }

    /** Whether a parameter is in the group or on the path. */
    boolean matches(Parameter parameter) {
        return switch (pattern()) {
            case "all" -> true;
            case "none" -> false;
            case "norms" -> parameter.kind().isNorm() && !parameter.isOfHead();
            case "biases" -> parameter.kind().isBias();
            default -> matched(split(parameter.name())) == segments.size();
        };
    }

    /** Refuses a path that matches no parameter; the message gives similar names. A group may match no parameter. */
    void requireMatch(Collection<Parameter> parameters) {
        if (GROUPS.contains(pattern())) {
            return;
        }
        List<List<String>> names =
                parameters.stream().map(parameter -> split(parameter.name())).toList();
        int matched = names.stream().mapToInt(this::matched).max().orElse(0);
        if (matched < segments.size()) {
            String unknown = join(matched + 1);
            throw new InputException("selector term \"%s\" matches no parameter: \"%s\" is not known; near names: %s"
                    .formatted(pattern(), unknown, NearNames.of(unknown, neighbours(matched, names))));
        }
    }

    /** How many segments match those of a name, counted from the first up to the first mismatch. */
    private int matched(List<String> name) {
        int most = Math.min(segments.size(), name.size());
        return IntStream.range(0, most)
                .filter(i -> !matches(segments.get(i), name.get(i)))
                .findFirst()
                .orElse(most);
    }

    private static boolean matches(String segment, String name) {
        Matcher range = RANGE.matcher(segment);
        if (!range.matches()) {
            return segment.equals("*") || segment.equals(name);
        }
        int number = name.matches("\\d{1,9}") ? Integer.parseInt(name) : -1;
        return Integer.parseInt(range.group(1)) <= number && number <= Integer.parseInt(range.group(2));
    }

    /** Existing paths that share the matched segments and differ in the next one. */
    private Set<String> neighbours(int matched, List<List<String>> names) {
        Set<String> paths = new LinkedHashSet<>();
        String parent = matched == 0 ? "" : join(matched) + ".";
        names.stream()
                .filter(name -> matched(name) == matched && name.size() > matched)
                .forEach(name -> paths.add(parent + name.get(matched)));
        if (matched == 0) {
            paths.addAll(GROUPS);
        } else if (paths.isEmpty()) {
            paths.add(join(matched));
        }
        return paths;
    }

    private String pattern() {
        return join(segments.size());
    }

    private String join(int count) {
        return String.join(".", segments.subList(0, count));
    }

    private static List<String> split(String name) {
        return List.of(name.split("\\.", -1));
    }

    @Override
    public String toString() {
        return (adds ? "" : "!") + pattern();
    }
}
