package org.modernbert4j.freeze;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.modernbert4j.NearNames;
import org.modernbert4j.SettingException;
import org.modernbert4j.model.Parameter;

/** All parameters with names that begin with these segments. */
record NamePath(List<Segment> segments) implements Term.Which {
    private static final int MOST_SHOWN = 12;
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
    private static final Pattern RANGE = Pattern.compile("(\\d{1,9})-(\\d{1,9})");

    /** Matches one segment of a name. */
    sealed interface Segment {
        /** As a selector has it. */
        String text();

        /** Whether it matches. */
        boolean matches(String name);
    }

    private record Name(String text) implements Segment {
        @Override
        public boolean matches(String name) {
            return text.equals(name);
        }
    }

    private record Any(String text) implements Segment {
        @Override
        public boolean matches(String name) {
            return true;
        }
    }

    /** The numbers from the first to the last. */
    private record Range(int first, int last) implements Segment {
        @Override
        public String text() {
            return first + "-" + last;
        }

        @Override
        public boolean matches(String name) {
            return NUMBER.matcher(name).matches() && first <= Integer.parseInt(name) && Integer.parseInt(name) <= last;
        }
    }

    static NamePath parse(String text) {
        return new NamePath(
                split(text).stream().map(segment -> segment(segment, text)).toList());
    }

    private static Segment segment(String text, String path) {
        Matcher range = RANGE.matcher(text);
        if (range.matches()) {
            Range numbers = new Range(Integer.parseInt(range.group(1)), Integer.parseInt(range.group(2)));
            if (numbers.first > numbers.last) {
                throw new SettingException("selector term \"%s\": found the range %s, expected the smaller number first"
                        .formatted(path, numbers.text()));
            }
            return numbers;
        }
        if (!text.matches("\\*|\\w+")) {
            throw new SettingException(
                    "selector term \"%s\": found \"%s\", expected a name, a number, * or a range such as 0-10"
                            .formatted(path, text));
        }
        return text.equals("*") ? new Any(text) : new Name(text);
    }

    @Override
    public boolean matches(Parameter parameter) {
        return matched(split(parameter.name())) == segments.size();
    }

    /** The message gives similar names. */
    @Override
    public void requireMatch(Collection<Parameter> parameters) {
        List<List<String>> names =
                parameters.stream().map(parameter -> split(parameter.name())).toList();
        int matched = names.stream().mapToInt(this::matched).max().orElse(0);
        if (matched < segments.size()) {
            String unknown = join(matched + 1);
            throw new SettingException("selector term \"%s\" matches no parameter: \"%s\" is not known; %s"
                    .formatted(this, unknown, remedy(unknown, neighbours(matched, names))));
        }
    }

    private static String remedy(String unknown, Set<String> known) {
        Set<String> meant = new LinkedHashSet<>(known);
        meant.remove(Term.Group.NONE.toString()); // "near names: none" would say that there are none
        return NearNames.of(unknown, meant)
                .map(near -> "near names: " + near)
                .orElseGet(() -> "use one of "
                        + known.stream().limit(MOST_SHOWN).collect(Collectors.joining(", "))
                        + (known.size() > MOST_SHOWN ? ", ..." : "")
                        + " (see README)");
    }

    /** How many segments match those of a name, counted from the first up to the first mismatch. */
    private int matched(List<String> name) {
        int most = Math.min(segments.size(), name.size());
        return IntStream.range(0, most)
                .filter(i -> !segments.get(i).matches(name.get(i)))
                .findFirst()
                .orElse(most);
    }

    /** Existing paths that share the matched segments and differ in the next one. */
    private Set<String> neighbours(int matched, List<List<String>> names) {
        Set<String> paths = new LinkedHashSet<>();
        String parent = matched == 0 ? "" : join(matched) + ".";
        names.stream()
                .filter(name -> matched(name) == matched && name.size() > matched)
                .forEach(name -> paths.add(parent + name.get(matched)));
        if (matched == 0) {
            Arrays.stream(Term.Group.values()).map(Term.Group::toString).forEach(paths::add);
        } else if (paths.isEmpty()) {
            paths.add(join(matched));
        }
        return paths;
    }

    private String join(int count) {
        return segments.stream().limit(count).map(Segment::text).collect(Collectors.joining("."));
    }

    private static List<String> split(String name) {
        return List.of(name.split("\\.", -1));
    }

    @Override
    public String toString() {
        return join(segments.size());
    }
}
