package org.modernbert4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Older versions have left files of these names: what is written here is no longer a matter of taste. */
class TemporaryNamesTest {
    private static final Path FOLDER = Path.of("run", "checkpoint-5");

    @Test
    void namesAreThoseOfOlderVersions() {
        assertEquals(Path.of("run", ".checkpoint-5.modernbert4j"), TemporaryNames.filling(FOLDER));
        assertEquals(Path.of("run", "checkpoint-5.partial"), TemporaryNames.partial(FOLDER));
        assertEquals(Path.of("run", "checkpoint-5.old"), TemporaryNames.old(FOLDER));
        assertEquals(Path.of("run", "checkpoint-5.removed"), TemporaryNames.removed(FOLDER));
        assertEquals(".lock.modernbert4j", TemporaryNames.lock(""));
        assertEquals(".model.lock.modernbert4j", TemporaryNames.lock(".model"));
        assertEquals(".probe.modernbert4j", TemporaryNames.probe(""));
        assertEquals("head.json", TemporaryNames.whole(Path.of("head.json.partial")));
        assertEquals("head.json", TemporaryNames.whole(Path.of("head.json")));
    }

    @Test
    void eachTellsWhatItIsFor() {
        for (Path name :
                List.of(TemporaryNames.partial(FOLDER), TemporaryNames.old(FOLDER), TemporaryNames.removed(FOLDER))) {
            assertEquals(Optional.of(FOLDER), TemporaryNames.saved(name));
            assertFalse(TemporaryNames.isTemporary(name));
        }
        assertEquals(Optional.empty(), TemporaryNames.saved(FOLDER));
        Path file = FOLDER.resolve("run.json");
        Path unique = TemporaryNames.unique(file);
        assertNotEquals(unique, TemporaryNames.unique(file));
        assertTrue(TemporaryNames.isTemporary(unique) && TemporaryNames.isTemporary(TemporaryNames.filling(FOLDER)));
        assertFalse(TemporaryNames.isTemporary(file));
        String name = unique.getFileName().toString();
        assertTrue(TemporaryNames.uniqueOf(file).matcher(name).matches());
        assertTrue(TemporaryNames.uniqueOfAny().matcher(name).matches());
        assertFalse(TemporaryNames.uniqueOf(FOLDER).matcher(name).matches());
        assertFalse(
                TemporaryNames.uniqueOfAny().matcher(".model.lock.modernbert4j").matches());
    }
}
