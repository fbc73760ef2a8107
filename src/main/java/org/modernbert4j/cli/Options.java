package org.modernbert4j.cli;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** What commands ask of their options beyond what picocli does. */
final class Options {
    private Options() {}

    /**
     * Demands an option.
     *
     * @param value of the option, or null where it was not given
     */
    static void require(CommandSpec spec, String option, Object value) {
        if (value == null) {
            throw new ParameterException(spec.commandLine(), "Missing option: " + option);
        }
    }

    /** Refuses a number below the least that works. */
    static void requireAtLeast(CommandSpec spec, int least, String option, int value) {
        if (value < least) {
            throw new ParameterException(
                    spec.commandLine(), option + " " + value + ": at least " + least + " is needed");
        }
    }

    /** Refuses options beside that which names a run: its settings are in its folder, others would be ignored. */
    static void requireNothingBeside(CommandSpec spec, String option) {
        List<String> others = spec.commandLine().getParseResult().matchedOptions().stream()
                .map(OptionSpec::longestName)
                .filter(name -> !List.of(option, "--verbose", "--threads").contains(name))
                .toList();
        if (!others.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), option + " takes its settings from the run; leave out " + others);
        }
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
