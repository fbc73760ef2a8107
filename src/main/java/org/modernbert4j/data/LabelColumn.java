package org.modernbert4j.data;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The type of a column of labels, as pandas {@code read_csv} finds it from all words of the column: how a label is printed, and how
 * labels sort. Whole numbers are {@code 1} and sort as numbers, in a column that lacks values they become {@code 1.0}; {@code 01} and
 * {@code 1} are one label then. Truth values are {@code True} and {@code False}. All else is text, and sorts by code points.
 */
enum LabelColumn {
    INTEGER {
        @Override
        Comparator<String> order() {
            return Comparator.comparing(BigInteger::new);
        }

        @Override
        String print(String word) {
            if (WHOLE.matcher(word).matches()) {
                return integer(word).toString();
            }
            double value = isReal(word) ? real(word) : Double.NaN;
            return value == Math.rint(value) && !Double.isInfinite(value)
                    ? new BigDecimal(value).toBigInteger().toString()
                    : word;
        }
    },
    REAL {
        @Override
        Comparator<String> order() {
            return Comparator.comparingDouble(LabelColumn::real);
        }

        @Override
        String print(String word) {
            return isReal(word) ? PandasText.of(real(word)) : word;
        }
    },
    TRUTH {
        @Override
        Comparator<String> order() {
            return Comparator.naturalOrder();
        }

        @Override
        String print(String word) {
            String capital = word.isEmpty() ? word : capital(word);
            return TRUTHS.contains(capital) ? capital : word;
        }
    },
    TEXT {
        @Override
        Comparator<String> order() {
            return Labels.ORDER;
        }

        @Override
        String print(String word) {
            return word;
        }
    };

    private static final String SPACE = "[ \\t\\n\\x0B\\f\\r]*";
    private static final Pattern WHOLE = Pattern.compile(SPACE + "[+-]?[0-9]+" + SPACE);
    private static final Pattern DECIMAL =
            Pattern.compile(SPACE + "[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?" + SPACE);
    private static final Map<String, Double> INFINITE = Map.of(
            "inf", Double.POSITIVE_INFINITY,
            "+inf", Double.POSITIVE_INFINITY,
            "-inf", Double.NEGATIVE_INFINITY,
            "infinity", Double.POSITIVE_INFINITY,
            "+infinity", Double.POSITIVE_INFINITY,
            "-infinity", Double.NEGATIVE_INFINITY);
    private static final Set<String> TRUTHS = Set.of("True", "False");
    private static final BigInteger LEAST_LONG = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MOST_LONG = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger MOST_UNSIGNED =
            BigInteger.ONE.shiftLeft(Long.SIZE).subtract(BigInteger.ONE);

    /**
     * The type of a column.
     *
     * @param words all that are there, each at least once
     * @param lacks whether a row of the column has none
     */
    static LabelColumn of(Collection<String> words, boolean lacks) {
        if (all(words, word -> WHOLE.matcher(word).matches())) {
            return ofWhole(words.stream().map(LabelColumn::integer).toList(), lacks);
        }
        if (all(words, LabelColumn::isReal)) {
            return REAL;
        }
        return all(words, word -> !word.isEmpty() && TRUTHS.contains(capital(word))) ? TRUTH : TEXT;
    }

    /** The type of labels that have been printed; text where they are not as another type prints them. */
    static LabelColumn ofPrinted(Collection<String> labels) {
        LabelColumn column = of(labels, false);
        return all(labels, label -> column.print(label).equals(label)) ? column : TEXT;
    }

    private static boolean all(Collection<String> words, Predicate<String> are) {
        return words.stream().allMatch(are);
    }

    /** Beyond 64 bits pandas keeps Python's numbers; between signed and unsigned ones it gives up. */
    private static LabelColumn ofWhole(Collection<BigInteger> numbers, boolean lacks) {
        BigInteger least = numbers.stream().reduce(BigInteger.ZERO, BigInteger::min);
        BigInteger most = numbers.stream().reduce(BigInteger.ZERO, BigInteger::max);
        if (least.compareTo(LEAST_LONG) >= 0 && most.compareTo(MOST_LONG) <= 0) {
            return lacks ? REAL : INTEGER;
        }
        boolean beyond = least.compareTo(LEAST_LONG) < 0 || most.compareTo(MOST_UNSIGNED) > 0;
        return beyond || (least.signum() >= 0 && !lacks) ? INTEGER : TEXT;
    }

    /** A label as Python prints it; a word that is none of this type stays as it is. */
    abstract String print(String word);

    /** The order of printed labels. */
    abstract Comparator<String> order();

    private static BigInteger integer(String word) {
        String digits = word.strip();
        return new BigInteger(digits.startsWith("+") ? digits.substring(1) : digits);
    }

    private static boolean isReal(String word) {
        return DECIMAL.matcher(word).matches() || INFINITE.containsKey(word.toLowerCase(Locale.ROOT));
    }

    /** The number, no zero with a sign. */
    private static double real(String word) {
        Double infinite = INFINITE.get(word.toLowerCase(Locale.ROOT));
        return infinite == null ? Double.parseDouble(word.strip()) + 0.0 : infinite;
    }

    private static String capital(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1).toLowerCase(Locale.ROOT);
    }
}
