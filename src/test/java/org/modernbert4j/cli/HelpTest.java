package org.modernbert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.modernbert4j.TinyCheckpoint;

/** The help of every command: its examples work, its placeholders say what goes there, and its words are whole. */
class HelpTest {
    private static final int WIDTH = 80;
    private static final Pattern COMMAND = Pattern.compile("(?m)^  ([A-Za-z]+)  ");
    private static final Pattern EXAMPLE = Pattern.compile("(?m)^modernbert4j (.*)$");

    /** Their examples leave what those of others read. */
    private static final List<String> FIRST = List.of("train", "init");

    @TempDir
    private Path temp;

    /** The arguments that name each command. */
    static Stream<List<String>> commands() {
        Stream<List<String>> all = Stream.of(List.of());
        for (List<String> parent : List.of(List.<String>of(), List.of("experiment"))) {
            all = Stream.concat(
                    all,
                    COMMAND.matcher(after("Commands:", help(parent))).results().map(name -> Stream.concat(
                                    parent.stream(), Stream.of(name.group(1)))
                            .toList()));
        }
        return all;
    }

    private static String help(List<String> command) {
        Console console =
                Console.run(Stream.concat(command.stream(), Stream.of("--help")).toArray());
        assertEquals(0, console.code(), console.err());
        return console.out();
    }

    private static String after(String heading, String help) {
        return help.substring(help.indexOf(heading) + heading.length());
    }

    /** The arguments of a command's examples. */
    static List<List<String>> examples(List<String> command) {
        String examples = after("Examples:", help(command)).replaceAll("\\\\\\R +", "");
        return EXAMPLE.matcher(examples)
                .results()
                .map(example -> List.of(example.group(1).strip().split(" ")))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void hasTwoExamples(List<String> command) {
        List<List<String>> examples = examples(command);
        assertEquals(2, examples.size(), help(command));
        examples.forEach(
                example -> assertEquals(command, example.subList(0, command.size()), "of another command: " + example));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void linesFitAndPlaceholdersSayWhatGoesThere(List<String> command) {
        String help = help(command);
        assertFalse(Pattern.compile("=<|\\[<| <").matcher(help).find(), help);
        help.lines()
                .forEach(line ->
                        assertTrue(line.length() <= WIDTH && !line.strip().equals("\\"), line));
        List<String> cut = Pattern.compile("(?m)( \\.|/|[a-z]\\.)$|[\\[]$")
                .matcher(help)
                .results()
                .map(MatchResult::group)
                .filter(end -> !end.matches("[a-z]\\."))
                .toList();
        assertEquals(List.of(), cut, help);
    }

    /** But for those of {@code download}, see {@link HubCommandsTest}. Those of {@code demo} get a smaller file of texts. */
    @Test
    void everyExampleWorks() throws IOException {
        List<List<String>> commands = commands()
                .filter(command -> !command.equals(List.of("download")))
                .sorted(Comparator.comparingInt(command -> -FIRST.indexOf(String.join(" ", command))))
                .toList();
        Set<String> seen = new HashSet<>();
        for (List<String> command : commands) {
            for (List<String> example : examples(command)) {
                String name = command.isEmpty() ? "" : command.get(command.size() - 1);
                if (!seen.add(String.join(" ", example).replace(name, ""))) {
                    continue; // that of another experiment
                }
                List<String> arguments = new ArrayList<>(example);
                arguments.replaceAll(argument ->
                        argument.startsWith("runs/") ? temp.resolve(argument).toString() : argument);
                if (example.get(0).equals("demo")) {
                    arguments.addAll(List.of("--data", TinyCheckpoint.DATA.toString()));
                }
                Console console = Console.run(arguments.toArray());
                assertEquals(0, console.code(), () -> example + "\n" + console.out() + console.err());
            }
        }
    }
}
