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
    private static final String OURS = "config.json";

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
        AtomicFolder.write(folder, file(OURS));
        AtomicFolder.write(folder, file("model.safetensors"));
        assertEquals(List.of("model.safetensors"), names(folder));
        assertEquals(List.of("best"), names(folder.getParent()));
    }

    @Test
    void aFailureLeavesWhatWasThere() throws IOException {
        Path folder = temp.resolve("best");
        AtomicFolder.write(folder, file(OURS));
        IllegalStateException failure = new IllegalStateException("half way");
        Consumer<Path> failing = partial -> {
            file("model.safetensors").accept(partial);
            throw failure;
        };
        assertSame(failure, assertThrows(IllegalStateException.class, () -> AtomicFolder.write(folder, failing)));
        assertEquals(List.of(OURS), names(folder));
        assertEquals(List.of("best"), names(temp));
    }

    @Test
    void startsAnewWhereAnEarlierProcessWasKilled() throws IOException {
        file("head.json").accept(Files.createDirectories(temp.resolve("best.partial")));
        Path folder = temp.resolve("best");
        AtomicFolder.write(folder, file("model.safetensors"));
        assertEquals(List.of("model.safetensors"), names(folder));
        assertEquals(List.of("best"), names(temp));
    }

    @Test
    void whatIsNotOursStays() throws IOException {
        Path folder = temp.resolve("best");
        AtomicFolder.write(folder, file(OURS));
        file("notes.txt").accept(folder);
        Files.createDirectory(folder.resolve("plots"));
        file("loss.png").accept(folder.resolve("plots"));
        AtomicFolder.write(folder, file("model.safetensors"));
        assertEquals(List.of("model.safetensors", "notes.txt", "plots"), names(folder));
        assertEquals(List.of("best"), names(temp));
        AtomicFolder.remove(folder);
        assertEquals(List.of("notes.txt", "plots"), names(folder));
        assertEquals(List.of("loss.png"), names(folder.resolve("plots")));
    }

    @Test
    void recoversWhatAKilledProcessHasLeft() throws IOException {
        Path folder = temp.resolve("best");
        file(OURS).accept(Files.createDirectory(temp.resolve("best.old")));
        file(OURS + ".partial").accept(Files.createDirectory(temp.resolve("best.partial")));
        AtomicFolder.recover(folder);
        assertEquals(List.of("best"), names(temp));
        file("notes.txt").accept(Files.createDirectory(temp.resolve("best.old")));
        file(OURS).accept(temp.resolve("best.old"));
        AtomicFolder.recover(folder);
        assertEquals(List.of("best"), names(temp));
        assertEquals(List.of(OURS, "notes.txt"), names(folder));
    }

    /** Half a folder is never taken for a whole one. */
    @Test
    void finishesTheRemovalThatAKilledProcessBegan() throws IOException {
        Path folder = temp.resolve("best");
        file(OURS).accept(Files.createDirectory(temp.resolve("best.removed")));
        AtomicFolder.recover(folder);
        assertEquals(List.of(), names(temp));
        file(OURS).accept(Files.createDirectory(temp.resolve("best.removed")));
        file("notes.txt").accept(temp.resolve("best.removed"));
        AtomicFolder.remove(folder);
        assertEquals(List.of("best"), names(temp));
        assertEquals(List.of("notes.txt"), names(folder));
    }

    @Test
    void saysWhatIsInTheWay() throws IOException {
        Path folder = temp.resolve("best");
        file("theirs").accept(Files.createDirectory(temp.resolve("best.partial")));
        Path file = temp.resolve("best.partial").resolve("theirs");
        InputException error = assertThrows(InputException.class, () -> AtomicFolder.write(folder, file(OURS)));
        assertTrue(error.getMessage().startsWith(file + ": is in the way"), error.getMessage());
        assertTrue(Files.exists(file));
    }

    @Test
    void createsBesideWhatOthersHave() throws IOException {
        Path folder = temp.resolve("model");
        for (String theirs : List.of("model.old", "model.partial")) {
            file(OURS).accept(Files.createDirectory(temp.resolve(theirs)));
        }
        file(OURS).accept(Files.createDirectory(temp.resolve(".model.modernbert4j"))); // of a killed process
        AtomicFolder.create(folder, 1, file("model.safetensors"), note -> {});
        assertEquals(List.of("model", "model.old", "model.partial"), names(temp));
        assertEquals(List.of(OURS), names(temp.resolve("model.old")));
        assertEquals(List.of("model.safetensors"), names(folder));
        InputException error =
                assertThrows(InputException.class, () -> AtomicFolder.create(folder, 1, file(OURS), note -> {}));
        assertEquals(folder + ": exists already; use another folder", error.getMessage());
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
        AtomicFolder.write(folder, file(OURS));
        AtomicFolder.remove(folder);
        assertFalse(Files.exists(folder));
        AtomicFolder.remove(folder);
    }
}
