package org.modernbert4j.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.modernbert4j.NearNames;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Shows an error in the use of a command: one line, the help of the option that it is about, and where all of the help is. */
final class UsageErrors implements IParameterExceptionHandler {
    @Override
    public int handleParseException(ParameterException error, String[] arguments) {
        CommandLine command = error.getCommandLine();
        if (Arrays.asList(arguments).contains("--verbose")) {
            error.printStackTrace(command.getErr());
        }
        return show(command, message(error), Optional.ofNullable(error.getArgSpec()));
    }

    /** Shows an error of any origin. */
    static int show(CommandLine command, String message) {
        return show(command, message, Optional.empty());
    }

    private static int show(CommandLine command, String message, Optional<ArgSpec> argument) {
        PrintWriter err = command.getErr();
        err.println(message);
        List<ArgSpec> about = argument.map(List::of).orElseGet(() -> optionsIn(message, command.getCommandSpec()));
        about.forEach(one -> err.print(help(command.getHelp(), one)));
        err.println("see " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
    }

    private static String message(ParameterException error) {
        String message = error.getMessage().replaceAll("\\p{Cntrl}+", " ");
        if (error instanceof UnmatchedArgumentException unmatched) {
            String first = unmatched.getUnmatched().get(0);
            Collection<String> names = namesLike(first, error.getCommandLine());
            String unknown = first.startsWith("-") ? "Unknown option: '" : "Unknown command or argument: '";
            return unknown + first + "'"
                    + NearNames.of(first, names)
                            .map(near -> "; near names: " + near)
                            .orElse("");
        }
        return message;
    }

    /** What might stand in the place of a word that is not understood. */
    private static Collection<String> namesLike(String word, CommandLine command) {
        return word.startsWith("-")
                ? command.getCommandSpec().options().stream()
                        .map(OptionSpec::longestName)
                        .toList()
                : command.getSubcommands().keySet();
    }

    /** The options that a message is about: all that are missing or too many, or the one that it names, or begins with the name of in words. */
    private static List<ArgSpec> optionsIn(String message, CommandSpec command) {
        Stream<OptionSpec> named = command.options().stream().filter(option -> isIn(message, option));
        Stream<OptionSpec> shown = message.startsWith(BaseCommand.MISSING) || message.startsWith(BaseCommand.LEAVE_OUT)
                ? named
                : named
                        .max(Comparator.comparingInt(
                                option -> option.longestName().length()))
                        .stream();
        return shown.map(ArgSpec.class::cast).toList();
    }

    private static boolean isIn(String message, OptionSpec option) {
        boolean isNamed = Stream.of(option.names())
                .anyMatch(name -> Pattern.compile("(?<![\\w-])" + Pattern.quote(name) + "(?![\\w-])")
                        .matcher(message)
                        .find());
        return isNamed || beginsWithName(message, option.longestName().substring(2));
    }

    /** As in {@code learning rate -1.0 is out of range}; neither {@code model/config.json} nor {@code Missing option} is a name. */
    private static boolean beginsWithName(String message, String name) {
        return Pattern.compile(name.replace("-", "[ -]") + "(?![^ :])")
                .matcher(message)
                .lookingAt();
    }

    private static String help(Help help, ArgSpec argument) {
        Help.Layout layout = help.createDefaultLayout();
        if (argument instanceof OptionSpec option) {
            layout.addOptions(List.of(option), help.parameterLabelRenderer());
        } else if (argument instanceof PositionalParamSpec parameter) {
            layout.addPositionalParameters(List.of(parameter), help.parameterLabelRenderer());
        }
        return layout.toString();
    }
}
