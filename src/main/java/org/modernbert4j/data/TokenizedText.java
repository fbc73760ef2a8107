package org.modernbert4j.data;

import java.util.List;
import java.util.stream.Stream;

/**
 * A text as the network sees it.
 *
 * @param row record number in the file, from 0
 * @param line where it begins in the file, from 1; messages name it
 * @param ids its tokens, special ones included
 * @param length how many there were before the text was cut
 */
public record TokenizedText(int row, long line, int[] ids, int length) {
    /** A text that was not cut. */
    public TokenizedText(int row, long line, int[] ids) {
        this(row, line, ids, ids.length);
    }

    /** A text of a file with one on each line, not cut. */
    public TokenizedText(int row, int[] ids) {
        this(row, row + 1L, ids);
    }

    /** The ids of the texts with these indexes. */
    public static List<int[]> ids(List<TokenizedText> texts, List<Integer> indexes) {
        return indexes.stream().map(index -> texts.get(index).ids).toList();
    }

    /** The number of tokens of some texts. */
    public static long tokens(Stream<TokenizedText> texts) {
        return texts.mapToLong(text -> text.ids.length).sum();
    }
}
