package org.modernbert4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.modernbert4j.InputException;

class LabelsTest {
    @Test
    void idsFollowFirstAppearance() {
        Labels labels = Labels.byFirstAppearance(
                List.of(new Example(0, "x", "b"), new Example(1, "y", "a"), new Example(2, "z", "b")));
        assertEquals(List.of("b", "a"), labels.names());
        assertEquals(0, labels.id("b"));
        assertEquals(1, labels.id("a"));
    }

    @Test
    void takeTheOrderOfAHeadThatKnowsExactlyThem() {
        Labels labels = new Labels(List.of("a", "b"));
        assertEquals(List.of("b", "a"), labels.inOrderOf(List.of("b", "a")).names());
        assertEquals(List.of("a", "b"), labels.inOrderOf(List.of("b", "c")).names());
        assertEquals(List.of("a", "b"), labels.inOrderOf(List.of()).names());
    }

    @Test
    void refusesAnUnknownLabel() {
        Labels labels = new Labels(List.of("a", "b"));
        InputException error = assertThrows(InputException.class, () -> labels.id("c"));
        assertEquals("label \"c\": not among [a, b]; use one of these", error.getMessage());
    }

    @Test
    void refusesNoLabelsAndLabelsThatComeTwice() {
        assertThrows(InputException.class, () -> new Labels(List.of()));
        assertThrows(InputException.class, () -> new Labels(List.of("a", "a")));
    }
}
