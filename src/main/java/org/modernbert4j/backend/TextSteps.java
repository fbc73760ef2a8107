package org.modernbert4j.backend;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The rows of a batch's texts, step by step: step {@code i} has row {@code starts[text] + i} of each text that is so long. Padding
 * counts as rows.
 *
 * @param starts the first row of each text, longer texts first
 * @param spans number of rows of each text, in the same order
 */
public record TextSteps(int[] starts, int[] spans) {
    /** The steps of a batch. */
    public static TextSteps of(Segments segments) {
        int[] order = IntStream.range(0, segments.texts())
                .boxed()
                .sorted(Comparator.comparing(segments::span).reversed())
                .mapToInt(Integer::intValue)
                .toArray();
        return new TextSteps(
                Arrays.stream(order).map(text -> segments.starts()[text]).toArray(),
                Arrays.stream(order).map(segments::span).toArray());
    }

    /** How many steps there are. */
    public int count() {
        return spans.length == 0 ? 0 : spans[0];
    }

    /** How many texts have a row in this step: the first ones. */
    public int running(int step) {
        int texts = 0;
        while (texts < spans.length && spans[texts] > step) {
            texts++;
        }
        return texts;
    }
}
