package org.modernbert4j.cli;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A command of this program, spelt so that a user can copy it into the shell that started this one. */
final class TypedCommand {
    /** What no shell changes. */
    private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}@%+=:,./\\\\_-]+");

    private TypedCommand() {}

    /** Spells a command; the program is the jar of this process, or {@code modernbert4j} where it was not started from one. */
    static String of(Object... arguments) {
        String jar = System.getProperty("java.class.path");
        String program = jar.endsWith(".jar") && !jar.contains(System.getProperty("path.separator"))
                ? "java -jar " + quoted(jar)
                : "modernbert4j";
        return Stream.concat(
                        Stream.of(program),
                        Stream.of(arguments).map(Object::toString).map(TypedCommand::quoted))
                .collect(Collectors.joining(" "));
    }

    /** In double quotes where a shell would part or change it. */
    private static String quoted(String argument) {
        return PLAIN.matcher(argument).matches() ? argument : '"' + argument.replaceAll("[\"$`]", "\\\\$0") + '"';
    }
}
