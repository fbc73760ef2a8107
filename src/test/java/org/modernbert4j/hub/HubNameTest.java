package org.modernbert4j.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubNameTest {
    @ParameterizedTest
    @CsvSource({
        "answerdotai/ModernBERT-base, answerdotai, ModernBERT-base, main",
        "a/b.c_d-1@v1.0, a, b.c_d-1, v1.0",
        "a/b@refs/pr/3, a, b, refs/pr/3",
    })
    void readsOwnerNameAndRevision(String text, String owner, String name, String revision) {
        HubName read = HubName.parse(text).orElseThrow();
        assertEquals(new HubName(owner, name, revision), read);
        assertEquals(text, read.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "name",
                "./a",
                "/a/b",
                "a/b/c",
                "../b",
                "a/..",
                "a/.b",
                "a/b.",
                "a/b-",
                "-a/b",
                "a/b..c",
                "a/b--c",
                "a/b@",
                "a/b@../c",
                "a/b@/c",
                "a/b c",
                "C:\\a",
                "a\\b",
                "https://a/b"
            })
    void refusesEverythingElse(String text) {
        assertEquals(Optional.empty(), HubName.parse(text));
    }

    @Test
    void knowsItsFolders() {
        HubName name = new HubName("deepvk", "RuModernBERT-base", FakeHub.COMMIT);
        Path folder = Path.of("cache", name.folder(), "snapshots", FakeHub.COMMIT);
        assertEquals(Optional.of(name), HubName.ofFolder(folder));
        assertEquals("deepvk/RuModernBERT-base@" + FakeHub.COMMIT, HubName.describe(folder));
        assertEquals("runs/best", HubName.describe(Path.of("runs", "best")));
        assertEquals(HubName.ofFolder(folder), HubName.ofDescription(HubName.describe(folder)));
        assertTrue(HubName.ofDescription("runs/best").isEmpty());
        assertTrue(HubName.ofFolder(Path.of("runs", "best")).isEmpty());
        assertTrue(HubName.ofFolder(folder.resolveSibling("best")).isEmpty());
        assertTrue(HubName.ofFolder(Path.of("/")).isEmpty());
    }
}
