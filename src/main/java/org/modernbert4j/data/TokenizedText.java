package org.modernbert4j.data;

import java.util.stream.Stream;

/**
 * A text as the network sees it.
 *
 * @param row record number in the file, from 0
 * @param ids its tokens, special ones included
 */
public record TokenizedText(int row, int[] ids) {
    /** The tokens of some texts. */
    public static long tokens(Stream<TokenizedText> texts) {
        return texts.mapToLong(text -> text.ids.length).sum();
    }
}
