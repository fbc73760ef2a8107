package org.modernbert4j.cli;

import java.nio.file.Path;
import java.util.function.Function;
import org.modernbert4j.InputException;
import org.modernbert4j.InputPath;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the values of options; what it says of a wrong one is in a user's words. */
final class Values {
    private Values() {}

    static CommandLine register(CommandLine line) {
        ITypeConverter<Integer> whole = number(Integer::valueOf, "a whole number");
        ITypeConverter<Long> large = number(Long::valueOf, "a whole number");
        ITypeConverter<Double> real = number(Double::valueOf, "a number");
        return line.registerConverter(int.class, whole)
                .registerConverter(Integer.class, whole)
                .registerConverter(long.class, large)
                .registerConverter(Long.class, large)
                .registerConverter(double.class, real)
                .registerConverter(Double.class, real)
                .registerConverter(Path.class, Values::path)
                .registerConverter(ModelLocation.class, text -> new ModelLocation(named(text)))
                .registerConverter(DataLocation.class, text -> new DataLocation(named(text)));
    }

    private static <T> ITypeConverter<T> number(Function<String, T> parse, String expected) {
        return text -> {
            try {
                return parse.apply(text);
            } catch (NumberFormatException e) {
                throw new TypeConversionException("found " + text + ", expected " + expected);
            }
        };
    }

    /** An empty path would be the present folder; a shell gives it where a variable is not set. */
    private static String named(String text) {
        if (text.isBlank()) {
            throw new TypeConversionException("found nothing, expected the name of a file or folder");
        }
        return text;
    }

    private static Path path(String text) {
        try {
            return InputPath.of(named(text));
        } catch (InputException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
