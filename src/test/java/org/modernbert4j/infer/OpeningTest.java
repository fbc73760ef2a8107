package org.modernbert4j.infer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.modernbert4j.TinyCheckpoint.MODEL;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.InputException;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Precision;

class OpeningTest {
    @TempDir
    private Path folder;

    private final List<String> calls = new ArrayList<>();

    /** A backend that does nothing but tell what was asked of it. */
    private final Backend backend = (Backend)
            Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Backend.class}, (self, m, a) -> {
                calls.add(m.getName());
                return null;
            });

    @Test
    void anEncoderThatIsNotThere() {
        assertRefused(folder.toString(), () -> encoder(folder, OptionalInt.empty(), OptionalInt.empty()));
    }

    @Test
    void aLayerThatIsNotThere() {
        assertRefused("layer 9 is out of range", () -> encoder(MODEL, OptionalInt.of(9), OptionalInt.empty()));
    }

    @Test
    void aClassifierThatWasNotTrained() {
        assertRefused(
                "holds a pre-trained model without a classifier",
                () -> TextClassifier.open(MODEL, OptionalInt.empty(), backend, Precision.FLOAT32));
    }

    private void encoder(Path model, OptionalInt layer, OptionalInt maxLength) {
        TextEncoder.open(model, layer, maxLength, backend, Precision.FLOAT32);
    }

    /** Nobody else could close the backend. */
    private void assertRefused(String why, Executable opening) {
        String message = assertThrows(InputException.class, opening).getMessage();
        assertTrue(message.contains(why), message);
        assertEquals(List.of("close"), calls);
    }
}
