package org.modernbert4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class PlaceTest {
    private static final List<Place> UPWARDS =
            List.of(Place.EMBEDDINGS, Place.layer(0), Place.layer(1), Place.layer(10), Place.FINAL_NORM, Place.HEAD);

    @Test
    void thePlacesAreInTheOrderOfUse() {
        for (int i = 0; i < UPWARDS.size(); i++) {
            for (int j = 0; j < UPWARDS.size(); j++) {
                assertEquals(
                        Integer.signum(i - j), Integer.signum(UPWARDS.get(i).compareTo(UPWARDS.get(j))));
            }
        }
    }

    @Test
    void onlyALayerHasANumber() {
        assertEquals(OptionalInt.of(10), Place.layer(10).layer());
        assertEquals(OptionalInt.empty(), Place.EMBEDDINGS.layer());
        assertEquals(OptionalInt.empty(), Place.HEAD.layer());
    }

    @Test
    void theSameLayerIsTheSamePlace() {
        assertEquals(Place.layer(3), Place.layer(3));
        assertEquals(Place.layer(3).hashCode(), Place.layer(3).hashCode());
        assertNotEquals(Place.layer(0), Place.EMBEDDINGS);
    }

    @Test
    void namesAreThoseOfDescriptions() {
        assertEquals(
                List.of("embeddings", "layer 0", "layer 1", "layer 10", "final norm", "head"),
                UPWARDS.stream().map(Place::toString).toList());
    }
}
