package org.modernbert4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearNamesTest {
    @Test
    void givesTheThreeNearestFirst() {
        assertEquals("head, heat, hot", NearNames.of("head", List.of("embeddings", "hot", "heat", "head")));
    }

    @Test
    void saysNoneWithoutNames() {
        assertEquals("none", NearNames.of("head", List.of()));
    }
}
