package org.modernbert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.InputException;

/**
 * The table of messages, {@code messages.txt}: each is provoked, with its exit code. And the table is whole: each place in these
 * packages where a message is made stands in the stack of one of them, or in {@link #LEFT_OUT}.
 */
class MessagesTest {
    private static final Path TABLE = Path.of("src", "test", "resources", "messages.txt");
    private static final String ROOT = "org.modernbert4j.";
    private static final List<String> ROOMS = List.of(
            "json",
            "safetensors",
            "hub",
            "tokenizer",
            "data",
            "model",
            "checkpoint",
            "freeze",
            "task",
            "run",
            "infer",
            "cli");

    /** What a message may not hold: Java's names. */
    private static final Pattern RIDDLE = Pattern.compile(
            "\\bjavax?\\.|com\\.google|org\\.modernbert4j|\\w(Exception|Error)\\b|setStrictness|MALFORMED");

    private static final Pattern FRAME =
            Pattern.compile("\\tat (?:[\\w.]+//?)?([\\w.$]+)\\.[\\w$<>]+\\((\\w+\\.java):(\\d+)\\)");

    /** Methods with messages that the table does not provoke, each with the test that does. */
    private static final Map<String, String> LEFT_OUT = readLeftOut();

    @TempDir
    private Path temp;

    /** The lines {@code Class.method | Test}; of what no test can provoke, the second cell says why, in brackets. */
    private static Map<String, String> readLeftOut() {
        try (Stream<String> lines = Files.lines(TABLE.resolveSibling("messages-left-out.txt"))) {
            return lines.filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(" \\| "))
                    .collect(Collectors.toMap(cells -> cells[0], cells -> cells[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatIsLeftOutOfTheTableNamesATest() throws IOException {
        Set<String> tests;
        try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
            tests = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("Test.java"))
                    .map(name -> name.replace(".java", ""))
                    .collect(Collectors.toSet());
        }
        List<String> wrong = LEFT_OUT.entrySet().stream()
                .filter(entry -> !entry.getValue().startsWith("(") && !tests.contains(entry.getValue()))
                .map(Object::toString)
                .toList();
        assertEquals(List.of(), wrong);
    }

    /** One row of the table. */
    private record Row(int code, List<String> command, String message) {}

    private List<Row> table(UnusableFiles files) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(TABLE)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] cells = files.filledIn(line).split(" \\| ", 3);
                rows.add(new Row(Integer.parseInt(cells[0]), List.of(cells[1].split(" ")), cells[2]));
            }
        }
        return rows;
    }

    @Test
    void everyMessageIsInTheTable() throws IOException {
        UnusableFiles files = UnusableFiles.in(temp);
        Set<String> provoked = new HashSet<>();
        List<String> wrong = new ArrayList<>();
        for (Row row : table(files)) {
            Console console = Console.run(files.arguments(row.command()));
            List<String> lines = console.errLines();
            String first = lines.stream()
                    .filter(line -> matches(row, line))
                    .findFirst()
                    .orElse(null);
            if (console.code() != row.code()
                    || first == null
                    || RIDDLE.matcher(first).find()) {
                wrong.add(row + "\n  gave " + console.code() + ": "
                        + lines.stream().filter(l -> !l.startsWith("\t")).toList());
            }
            FRAME.matcher(console.err())
                    .results()
                    .forEach(frame -> provoked.add(place(frame.group(1), frame.group(3))));
        }
        assertEquals("", String.join("\n", wrong));
        Set<String> missing = missing(provoked);
        Set<String> unexplained = new TreeSet<>(missing);
        unexplained.removeIf(site -> LEFT_OUT.keySet().stream().anyMatch(method -> site.startsWith(method + " ")));
        assertEquals(Set.of(), unexplained, "places of messages that no row of " + TABLE + " provokes");
        List<String> needless = LEFT_OUT.keySet().stream()
                .filter(method -> missing.stream().noneMatch(site -> site.startsWith(method + " ")))
                .toList();
        assertEquals(List.of(), needless, "left out, yet provoked or gone");
    }

    /** What a message says for a user to do stands after a semicolon or a colon; usage errors are followed by their help. */
    @Test
    void everyMessageSaysWhatToDo() throws IOException {
        for (Row row : table(new UnusableFiles(temp))) {
            boolean says = row.code() == 2
                    || row.message().contains("; ")
                    || row.message().contains("...");
            assertTrue(says, row.message());
        }
    }

    private static boolean matches(Row row, String line) {
        return Pattern.matches(
                Arrays.stream(row.message().split("\\.\\.\\.", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*")),
                line);
    }

    private static String place(String owner, String line) {
        return owner.replaceAll("\\$.*", "") + ":" + line;
    }

    /** Each call that makes an {@link InputException} and stands in no stack, as {@code Class.method (file:line)}. */
    private static Set<String> missing(Set<String> provoked) {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(ROOMS.stream().map(ROOT::concat).toArray(String[]::new));
        Set<String> missing = new TreeSet<>();
        classes.stream()
                .flatMap(type -> Stream.concat(
                        type.getConstructorCallsFromSelf().stream()
                                .filter(call -> call.getTargetOwner().isAssignableTo(InputException.class)),
                        type.getMethodCallsFromSelf().stream()
                                .filter(call ->
                                        call.getTarget().getRawReturnType().isAssignableTo(InputException.class))))
                .filter(call -> !call.getOriginOwner().isAssignableTo(InputException.class))
                .filter(call -> !provoked.contains(
                        place(call.getOriginOwner().getName(), String.valueOf(call.getLineNumber()))))
                .forEach(call -> missing.add(site(call)));
        return missing;
    }

    private static String site(JavaAccess<?> call) {
        return call.getOriginOwner().getSimpleName() + "." + call.getOrigin().getName() + " "
                + call.getSourceCodeLocation();
    }
}
