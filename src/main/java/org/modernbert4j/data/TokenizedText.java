package org.modernbert4j.data;

/**
 * A text as the network sees it.
 *
 * @param row record number in the file, from 0
 * @param ids its tokens, special ones included
 */
public record TokenizedText(int row, int[] ids) {}
