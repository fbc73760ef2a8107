package experiments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Sentence templates and slots per topic, read from a text file whose head explains the format. */
final class NewsGrammar {
    private static final Pattern SLOT = Pattern.compile("\\{([^}]*)}");
    private static final Pattern SLOT_LINE = Pattern.compile("(\\S+?)(:| =) (.+)");
    private static final String SHARED = "*";

    /** A slot's values; a fixed slot keeps its first draw throughout a text. */
    record Slot(List<String> values, boolean fixed) {}

    record Section(
            String name,
            int rows,
            List<String> near,
            List<String> leads,
            List<String> details,
            List<String> open,
            Map<String, Slot> slots) {}

    private final Map<String, Section> sections = new LinkedHashMap<>();

    private NewsGrammar() {}

    static NewsGrammar read(Path file) throws IOException {
        NewsGrammar grammar = new NewsGrammar();
        Section section = null;
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("[")) {
                section = header(line);
                grammar.sections.put(section.name(), section);
            } else if (section != null && !line.isBlank()) {
                add(section, line);
            }
        }
        return grammar;
    }

    private static Section header(String line) {
        String title = line.substring(1, line.indexOf(']'));
        int space = title.lastIndexOf(' ');
        String name = space < 0 ? title : title.substring(0, space);
        int rows = space < 0 ? 0 : Integer.parseInt(title.substring(space + 1));
        return new Section(
                name,
                rows,
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new LinkedHashMap<>());
    }

    private static void add(Section section, String line) {
        if (line.startsWith("> ")) {
            section.leads().add(line.substring(2));
        } else if (line.startsWith("- ")) {
            section.details().add(line.substring(2));
        } else if (line.startsWith("+ ")) {
            section.details().add(line.substring(2));
            section.open().add(line.substring(2));
        } else if (line.startsWith("near: ")) {
            section.near().addAll(Arrays.asList(line.substring(6).split(", ", -1)));
        } else {
            var slot = SLOT_LINE.matcher(line);
            if (!slot.matches()) {
                throw new IllegalArgumentException("Neither a template nor a slot: " + line);
            }
            List<String> values = List.of(slot.group(3).split(" \\| ", -1));
            section.slots().put(slot.group(1), new Slot(values, slot.group(2).equals(" =")));
        }
    }

    List<Section> topics() {
        return sections.values().stream().filter(s -> s.rows() > 0).toList();
    }

    Section shared() {
        return section(SHARED);
    }

    Section section(String name) {
        Section section = sections.get(name);
        if (section == null) {
            throw new IllegalArgumentException("No section [" + name + "]");
        }
        return section;
    }

    /** What is wrong with the grammar: undefined slots, unused slots and unknown neighbours. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (Section section : sections.values()) {
            Stream<String> values = section.slots().values().stream().flatMap(s -> s.values().stream());
            Stream.of(section.leads().stream(), section.details().stream(), values)
                    .flatMap(s -> s)
                    .flatMap(text -> SLOT.matcher(text).results())
                    .map(match -> match.group(1))
                    .forEach(name -> {
                        String owner = owner(section, name).name();
                        used.add(owner + "/" + name);
                        if (!section(owner).slots().containsKey(name)) {
                            problems.add("undefined " + section.name() + "/" + name);
                        }
                    });
            section.near().stream()
                    .filter(n -> !sections.containsKey(n))
                    .forEach(n -> problems.add("unknown neighbour " + n + " of " + section.name()));
        }
        sections.values().stream()
                .flatMap(s -> s.slots().keySet().stream().map(name -> s.name() + "/" + name))
                .filter(name -> !used.contains(name))
                .forEach(name -> problems.add("unused " + name));
        return problems;
    }

    private Section owner(Section section, String slot) {
        return section.slots().containsKey(slot) ? section : shared();
    }

    /** One text in the making: it remembers what its slots have been filled with. */
    final class Text {
        private final Random random;
        private final Map<Slot, String> fixed = new HashMap<>();
        private final Set<String> said = new HashSet<>();

        Text(Random random) {
            this.random = random;
        }

        /** A sentence from one of the templates, with its slots filled. */
        String sentence(Section section, List<String> templates) {
            String sentence = fill(section, unsaid(templates));
            return sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1);
        }

        private String fill(Section section, String template) {
            return SLOT.matcher(template)
                    .replaceAll(
                            match -> Matcher.quoteReplacement(value(owner(section, match.group(1)), match.group(1))));
        }

        private String value(Section owner, String name) {
            Slot slot = owner.slots().get(name);
            String value = fixed.get(slot);
            if (value == null) {
                value = fill(owner, unsaid(slot.values()));
                if (slot.fixed()) {
                    fixed.put(slot, value);
                }
            }
            return value;
        }

        /** Draws a choice that this text has not used yet, while there is one. */
        private String unsaid(List<String> choices) {
            List<String> fresh = choices.stream().filter(c -> !said.contains(c)).toList();
            List<String> left = fresh.isEmpty() ? choices : fresh;
            String choice = left.get(random.nextInt(left.size()));
            said.add(choice);
            return choice;
        }
    }
}
