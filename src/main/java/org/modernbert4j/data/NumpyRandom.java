package org.modernbert4j.data;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.modernbert4j.InputException;
import org.modernbert4j.SettingException;

/** The random numbers of numpy's legacy {@code RandomState(seed)}: a Mersenne Twister (MT19937) and its shuffles. */
final class NumpyRandom {
    private static final int WORDS = 624;
    private static final int MIDDLE = 397;
    private static final long LARGEST_SEED = 0xFFFF_FFFFL;

    private final int[] state = new int[WORDS];
    private int next = WORDS;

    /**
     * A generator that gives what numpy's gives for the same seed.
     *
     * @param seed 0 to 4,294,967,295
     * @throws InputException if it is outside
     */
    public NumpyRandom(long seed) {
        checkSeed("seed", seed);
        state[0] = (int) seed;
        for (int i = 1; i < WORDS; i++) {
            state[i] = 1_812_433_253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
        }
    }

    static void checkSeed(String name, long seed) {
        SettingException.requireRange(seed >= 0 && seed <= LARGEST_SEED, name, seed, "one from 0 to " + LARGEST_SEED);
    }

    /** The numbers 0 to {@code n - 1} in random order. */
    public int[] permutation(int n) {
        return permutation(IntStream.range(0, n).toArray());
    }

    /** A copy in random order. */
    public int[] permutation(int[] values) {
        int[] order = values.clone();
        for (int last = order.length - 1; last > 0; last--) {
            int other = atMost(last);
            int value = order[last];
            order[last] = order[other];
            order[other] = value;
        }
        return order;
    }

    /**
     * Some of the values, none taken twice, in random order.
     *
     * @param size how many, at most all
     * @throws IllegalArgumentException if there are fewer
     */
    public int[] choice(int[] from, int size) {
        if (size > from.length) {
            throw new IllegalArgumentException("cannot take " + size + " of " + from.length);
        }
        return Arrays.copyOf(permutation(from), size);
    }

    /** A number from 0 to {@code largest}, which is positive: as many low bits as it has, drawn until they are not above it. */
    private int atMost(int largest) {
        int mask = -1 >>> Integer.numberOfLeadingZeros(largest);
        int value = nextWord() & mask;
        while (value > largest) {
            value = nextWord() & mask;
        }
        return value;
    }

    private int nextWord() {
        if (next == WORDS) {
            twist();
            next = 0;
        }
        int word = state[next++];
        word ^= word >>> 11;
        word ^= (word << 7) & 0x9D2C_5680;
        word ^= (word << 15) & 0xEFC6_0000;
        return word ^ (word >>> 18);
    }

    private void twist() {
        for (int i = 0; i < WORDS; i++) {
            int joined = (state[i] & 0x8000_0000) | (state[(i + 1) % WORDS] & 0x7FFF_FFFF);
            int odd = (joined & 1) == 0 ? 0 : 0x9908_B0DF;
            state[i] = state[(i + MIDDLE) % WORDS] ^ (joined >>> 1) ^ odd;
        }
    }
}
