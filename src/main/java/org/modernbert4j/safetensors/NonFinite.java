package org.modernbert4j.safetensors;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The numbers of a buffer that are NaN or infinite.
 *
 * @param count how many there are
 * @param first place of the first among the buffer's numbers
 * @param value the first
 */
public record NonFinite(long count, int first, float value) {
    private static final int AT_ONCE = 1 << 13;
    private static final int EXPONENT = 0x7f80_0000;
    private static final int LEAST_EXPONENT = 0x0080_0000;

    /**
     * Looks for them.
     *
     * @param numbers from position to limit, which stay
     * @return empty if all numbers are finite
     */
    public static Optional<NonFinite> in(FloatBuffer numbers) {
        FloatBuffer rest = numbers.duplicate();
        float[] some = new float[Math.min(AT_ONCE, rest.remaining())];
        while (rest.hasRemaining()) {
            int count = Math.min(some.length, rest.remaining());
            rest.get(some, 0, count);
            if (anyIn(some, count)) {
                return Optional.of(counted(numbers.slice()));
            }
        }
        return Optional.empty();
    }

    /** Separate method: C2 turns a loop as small as this into vector instructions. */
    private static boolean anyIn(float[] numbers, int count) {
        int signs = 0;
        for (int i = 0; i < count; i++) {
            signs |= (Float.floatToRawIntBits(numbers[i]) & EXPONENT) + LEAST_EXPONENT; // negative if all bits are set
        }
        return signs < 0;
    }

    private static NonFinite counted(FloatBuffer numbers) {
        int first = -1;
        long count = 0;
        for (int i = 0; i < numbers.limit(); i++) {
            if (!Float.isFinite(numbers.get(i))) {
                first = first < 0 ? i : first;
                count++;
            }
        }
        return new NonFinite(count, first, numbers.get(first));
    }

    /** With those of a later part of the same tensor. */
    NonFinite and(NonFinite later) {
        return new NonFinite(count + later.count, first, value);
    }

    /**
     * In words: {@code 3 numbers that are NaN or infinite, the first NaN at [5, 17]}.
     *
     * @param before numbers of the tensor that stand before the buffer's
     * @param shape of the tensor
     */
    public String describe(long before, List<Long> shape) {
        long[] place = new long[shape.size()];
        long rest = before + first;
        for (int i = place.length - 1; i >= 0; i--) {
            place[i] = rest % shape.get(i);
            rest /= shape.get(i);
        }
        String numbers = count == 1 ? "1 number that is" : String.format(Locale.ROOT, "%,d numbers that are", count);
        return "%s NaN or infinite, the first %s at %s".formatted(numbers, value, Arrays.toString(place));
    }
}
