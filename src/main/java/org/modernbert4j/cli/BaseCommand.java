package org.modernbert4j.cli;

import java.io.PrintWriter;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.modernbert4j.InputException;
import org.modernbert4j.SettingException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all commands have: the help, an exit code, standard output, and checks of options beyond picocli's. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
abstract class BaseCommand implements Callable<Integer> {
    private static final int MOST_LABELS = 1_000_000;

    @Spec
    CommandSpec spec;

    /** Standard output. */
    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** An error in the use of the command; the exit code is 2. */
    ParameterException usageError(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Refuses an option that was not given: its value is null. */
    void require(String option, Object value) {
        if (value == null) {
            throw usageError("Missing option: " + option);
        }
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
        check(() -> SettingException.requireRange(
                labels == null || (labels >= 1 && labels <= MOST_LABELS),
                "--labels",
                labels,
                "a number from 1 to " + MOST_LABELS));
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
