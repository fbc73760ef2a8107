package org.modernbert4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NearNamesTest {
    private static final List<String> NAMES =
            List.of("embeddings", "hot", "heat", "head", "--epochs", "--lr-decay", "--lr-schedule", "Topic");

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "head | head, heat",
                "haed | head",
                "ehad | head",
                "--epoch | --epochs",
                "--lr | --lr-decay, --lr-schedule",
                "topic | Topic",
                "embedding | embeddings",
            })
    void giveWhatMayHaveBeenMeant(String text, String near) {
        assertEquals(Optional.of(near), NearNames.of(text, NAMES));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"x", "who", "weights", "label", "--output", "--l"})
    void giveNothingElse(String text) {
        assertEquals(Optional.empty(), NearNames.of(text, NAMES));
    }

    @Test
    void areFewAndTheNearestFirst() {
        List<String> names = List.of("name4", "name3", "name2", "name1");
        assertEquals(Optional.of("name1, name4, name3"), NearNames.of("name1", names));
        assertEquals(Optional.empty(), NearNames.of("head", List.of()));
    }
}
