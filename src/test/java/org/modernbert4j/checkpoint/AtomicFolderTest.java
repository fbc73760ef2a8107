package org.modernbert4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.InputException;

class AtomicFolderTest {
    @TempDir
    private Path temp;

    private static Consumer<Path> file(String name) {
        return folder -> {
            try {
                Files.writeString(folder.resolve(name), name);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void replacesTheWholeFolderAndLeavesNothingBeside() throws IOException {
        Path folder = temp.resolve("deep").resolve("best");
        AtomicFolder.write(folder, file("old"));
        AtomicFolder.write(folder, file("new"));
        assertEquals(List.of("new"), names(folder));
        assertEquals(List.of("best"), names(folder.getParent()));
    }

    @Test
    void aFailureLeavesWhatWasThere() throws IOException {
        Path folder = temp.resolve("best");
        AtomicFolder.write(folder, file("old"));
        IllegalStateException failure = new IllegalStateException("half way");
        Consumer<Path> failing = partial -> {
            file("new").accept(partial);
            throw failure;
        };
        assertSame(failure, assertThrows(IllegalStateException.class, () -> AtomicFolder.write(folder, failing)));
        assertEquals(List.of("old"), names(folder));
        assertEquals(List.of("best"), names(temp));
    }

    @Test
    void startsAnewWhereAnEarlierProcessWasKilled() throws IOException {
        file("rest").accept(Files.createDirectories(temp.resolve("best.partial")));
        Path folder = temp.resolve("best");
        AtomicFolder.write(folder, file("new"));
        assertEquals(List.of("new"), names(folder));
        assertEquals(List.of("best"), names(temp));
    }

    @Test
    void saysWhichFolderCannotBeWritten() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "");
        InputException error =
                assertThrows(InputException.class, () -> AtomicFolder.write(file.resolve("best"), folder -> {}));
        assertTrue(error.getMessage().contains(file.resolve("best") + ": cannot be written"), error.getMessage());
    }

    @Test
    void removesAFolderOrNothing() {
        Path folder = temp.resolve("best");
        AtomicFolder.write(folder, file("old"));
        AtomicFolder.remove(folder);
        assertFalse(Files.exists(folder));
        AtomicFolder.remove(folder);
    }
}
