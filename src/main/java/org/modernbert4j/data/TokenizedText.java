package org.modernbert4j.data;

import java.util.List;
import java.util.stream.Stream;

/**
 * A text as the network sees it.
 *
 * @param row record number in the file, from 0
 * @param ids its tokens, special ones included
 */
public record TokenizedText(int row, int[] ids) {
    /** The ids of the texts with these indexes. */
    public static List<int[]> ids(List<TokenizedText> texts, List<Integer> indexes) {
        return indexes.stream().map(index -> texts.get(index).ids).toList();
    }

    /** The number of tokens of some texts. */
    public static long tokens(Stream<TokenizedText> texts) {
        return texts.mapToLong(text -> text.ids.length).sum();
    }
}
