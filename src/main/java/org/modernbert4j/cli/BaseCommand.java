package org.modernbert4j.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.modernbert4j.InputException;
import org.modernbert4j.Reason;
import org.modernbert4j.SettingException;
import org.modernbert4j.model.ModernBertConfig.Classifier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all commands have: the help, an exit code, standard output, and checks of options beyond picocli's. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
abstract class BaseCommand implements Callable<Integer> {
    /** What a message about several missing options begins with. */
    static final String MISSING = "Missing options: ";

    /** What a message about options that cannot stand beside another begins with. */
    static final String LEAVE_OUT = "leave out ";

    @Spec
    CommandSpec spec;

    /** Standard output. */
    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /**
     * Writes to standard output what has been printed.
     *
     * @throws ClosedOutput if nobody reads it any more
     * @throws InputException if it cannot be written
     */
    void flush() {
        if (!out().checkError()) {
            return;
        }
        try {
            new FileOutputStream(FileDescriptor.out).write('\n'); // a print stream does not tell what went wrong
        } catch (IOException e) {
            if (e.getMessage().toLowerCase(Locale.ROOT).contains("pipe")) {
                throw new ClosedOutput();
            }
            throw new InputException("standard output: cannot be written (" + Reason.of(e) + "); make room", e);
        }
        throw new InputException("standard output: not all of it could be written; try again");
    }

    /** Nobody reads standard output any more, as in {@code | head}: the command ends, and says nothing. */
    static final class ClosedOutput extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** An error in the use of the command; the exit code is 2. */
    ParameterException usageError(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Refuses a command without the options that it needs; names all that are missing. */
    void requireGiven(String... options) {
        List<String> missing =
                Stream.of(options).filter(option -> !isGiven(option)).toList();
        if (!missing.isEmpty()) {
            throw usageError((missing.size() == 1 ? "Missing option: " : MISSING) + String.join(", ", missing));
        }
    }

    /** Whether an option stands on the command line. */
    boolean isGiven(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption(option);
    }

    /** Makes settings of options; if they are out of range, that is an error in the use of the command. */
    <T> T settings(Supplier<T> make) {
        try {
            return make.get();
        } catch (InputException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** The same for a check that makes nothing. */
    void check(Runnable check) {
        settings(() -> {
            check.run();
            return true;
        });
    }

    /** Refuses a number of labels, unless it is null, that is out of range. */
    void requireLabels(Integer labels) {
        if (labels != null) {
            requireBetween(1, Classifier.MOST_LABELS, "--labels", labels);
        }
    }

    /** Refuses a number that is too small or too large. */
    void requireBetween(int least, int most, String option, int value) {
        check(() -> SettingException.requireRange(
                value >= least && value <= most, option, value, "a number from " + least + " to " + most));
    }

    /** Refuses a number that is too small. */
    void requireAtLeast(int least, String option, int value) {
        settings(() -> SettingException.requireAtLeast(least, option, value));
    }

    /** The value of an option that need not be given. */
    static OptionalDouble optional(Double value) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /** The value of an option that need not be given. */
    static OptionalInt optional(Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }
}
