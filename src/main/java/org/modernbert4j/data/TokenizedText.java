package org.modernbert4j.data;

/**
 * A labelled text as the network sees it.
 *
 * @param row record number in the file, from 0
 * @param ids its tokens, special ones included
 * @param label its class
 */
public record TokenizedText(int row, int[] ids, int label) {}
