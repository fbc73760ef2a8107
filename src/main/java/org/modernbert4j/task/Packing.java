package org.modernbert4j.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Fills sequences with consecutive whole texts: {@code [CLS] text [SEP] text [SEP]}. A text that fits into no sequence is cut into
 * pieces; the last piece shares its sequence with the texts that follow.
 *
 * @param cls opens a sequence
 * @param sep closes each text
 * @param length tokens of a sequence at most, these included
 */
record Packing(int cls, int sep, int length) {
    /**
     * Packs texts.
     *
     * @param texts ids of each, without special tokens; empty ones are left out
     * @return the sequences; every token of the texts is in one of them, in their order
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
