package org.modernbert4j.freeze;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.modernbert4j.InputException;
import org.modernbert4j.NearNames;
import org.modernbert4j.model.Parameter;

/**
 * All parameters whose name begins with given segments, segment by segment.
 *
 * @param segments at least one
 */
public record ParameterPath(List<Segment> segments) implements Pattern {
    /**
     * What stands between two dots.
     *
     * @param text a name, a number, {@code *} for any of them, or the first and the last number of a range
     */
    public record Segment(String text) {
        private static final java.util.regex.Pattern RANGE = java.util.regex.Pattern.compile("(\\d{1,9})-(\\d{1,9})");

        /** Refuses any other text with an {@link IllegalArgumentException}. */
        public Segment {
            Matcher range = RANGE.matcher(text);
            if (range.matches()) {
                int first = Integer.parseInt(range.group(1));
                int last = Integer.parseInt(range.group(2));
                text = first + "-" + last;
                if (last < first) {
                    throw new IllegalArgumentException("found the range " + text + ", wanted the smaller number first");
                }
            } else if (!text.matches("\\*|\\w+")) {
                throw new IllegalArgumentException(
                        "found \"" + text + "\", wanted a name, a number, * or a range such as 0-10");
            }
        }

        private boolean matches(String name) {
            Matcher range = RANGE.matcher(text);
            if (!range.matches()) {
                return text.equals("*") || text.equals(name);
            }
            int number = name.matches("\\d{1,9}") ? Integer.parseInt(name) : -1;
            return Integer.parseInt(range.group(1)) <= number && number <= Integer.parseInt(range.group(2));
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** Keeps its own copy of the segments. */
    public ParameterPath {
        segments = List.copyOf(segments);
        if (segments.isEmpty()) {
            throw new IllegalArgumentException("a path has at least one segment");
        }
    }

    /**
     * Reads a dotted path such as {@code layers.0-10.attn.q}.
     *
     * @throws InputException if a segment is none
     */
    public static ParameterPath parse(String text) {
        try {
            return new ParameterPath(split(text).stream().map(Segment::new).toList());
        } catch (IllegalArgumentException e) {
            throw new InputException("selector term \"" + text + "\": " + e.getMessage(), e);
        }
    }

    @Override
    public boolean matches(Parameter parameter) {
        return matched(split(parameter.name())) == segments.size();
    }

    @Override
    public String toString() {
        return join(segments.size());
    }

    /** Throws what helps to find the right path, if no parameter is on this one. */
    void requireMatch(Collection<Parameter> parameters) {
        List<List<String>> names =
                parameters.stream().map(parameter -> split(parameter.name())).toList();
        int matched = names.stream().mapToInt(this::matched).max().orElse(0);
        if (matched < segments.size()) {
            throw new InputException("selector term \"%s\" matches no parameter: \"%s\" is not known; near names: %s"
                    .formatted(this, join(matched + 1), NearNames.of(join(matched + 1), neighbours(matched, names))));
        }
    }

    /** How many segments, from the first on, a name has in common with this path. */
    private int matched(List<String> name) {
        int most = Math.min(segments.size(), name.size());
        return IntStream.range(0, most)
                .filter(i -> !segments.get(i).matches(name.get(i)))
                .findFirst()
                .orElse(most);
    }

    /** The paths that do exist and differ from this one only in the segment after those that match. */
    private Set<String> neighbours(int matched, List<List<String>> names) {
        Set<String> paths = new LinkedHashSet<>();
        String parent = matched == 0 ? "" : join(matched) + ".";
        names.stream()
                .filter(name -> matched(name) == matched && name.size() > matched)
                .forEach(name -> paths.add(parent + name.get(matched)));
        if (matched == 0) {
            Arrays.stream(Group.values()).map(Group::toString).forEach(paths::add);
        } else if (paths.isEmpty()) {
            paths.add(join(matched));
        }
        return paths;
    }

    private String join(int count) {
        return segments.stream().limit(count).map(Segment::toString).collect(Collectors.joining("."));
    }

    private static List<String> split(String name) {
        return List.of(name.split("\\.", -1));
    }
}
