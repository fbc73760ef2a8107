package org.modernbert4j.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Fills sequences with consecutive whole texts: {@code [CLS] text [SEP] text [SEP]}. A text that is too long for a sequence
 * is cut into pieces; the last piece shares its sequence with the next texts.
 *
 * @param cls token at the start of a sequence
 * @param sep token after each text
 * @param length maximum tokens of a sequence, special tokens included
 */
record Packing(int cls, int sep, int length) {
    /**
     * Packs texts.
     *
     * @param texts token ids of each text, without special tokens; empty texts are left out
     * @return the sequences, which contain all tokens of the texts in order
     */
    List<int[]> pack(List<int[]> texts) {
        List<int[]> sequences = new ArrayList<>();
        IntStream.Builder sequence = IntStream.builder().add(cls);
        int used = 1;
        for (int[] piece : pieces(texts)) {
            if (used + piece.length + 1 > length) {
                sequences.add(sequence.build().toArray());
                sequence = IntStream.builder().add(cls);
                used = 1;
            }
            Arrays.stream(piece).forEach(sequence);
            sequence.add(sep);
            used += piece.length + 1;
        }
        if (used > 1) {
            sequences.add(sequence.build().toArray());
        }
        return sequences;
    }

    private List<int[]> pieces(List<int[]> texts) {
        int longest = length - 2;
        List<int[]> pieces = new ArrayList<>();
        for (int[] text : texts) {
            for (int from = 0; from < text.length; from += longest) {
                pieces.add(Arrays.copyOfRange(text, from, Math.min(text.length, from + longest)));
            }
        }
        return pieces;
    }
}
