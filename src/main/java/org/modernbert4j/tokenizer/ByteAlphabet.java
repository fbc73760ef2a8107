package org.modernbert4j.tokenizer;

import java.util.Arrays;
import java.util.List;

/**
 * A visible letter for each of the 256 bytes, as in GPT-2: bytes that are visible in Latin-1 stand for themselves, the
 * others take the letters from U+0100 on, in order.
 */
final class ByteAlphabet {
    private static final int BYTES = 256;
    private static final char[] LETTERS = letters();

    private ByteAlphabet() {}

    /** The letters in the order of their code points, in which they enter a vocabulary. */
    static List<String> sorted() {
        char[] sorted = LETTERS.clone();
        Arrays.sort(sorted);
        return new String(sorted).chars().mapToObj(Character::toString).toList();
    }

    /** The letter of a byte. */
    static String letter(byte value) {
        return String.valueOf(LETTERS[Byte.toUnsignedInt(value)]);
    }

    private static char[] letters() {
        char[] letters = new char[BYTES];
        char next = BYTES;
        for (char value = 0; value < BYTES; value++) {
            letters[value] = isVisible(value) ? value : next++;
        }
        return letters;
    }

    private static boolean isVisible(char value) {
        return (value >= '!' && value <= '~') || (value >= '¡' && value <= '¬') || value >= '®';
    }
}
