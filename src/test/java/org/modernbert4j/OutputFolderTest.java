package org.modernbert4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class OutputFolderTest {
    @TempDir
    private Path temp;

    private static void assertRefused(String message, Executable work) {
        String found = assertThrows(InputException.class, work).getMessage();
        assertTrue(found.contains(message), found);
    }

    private static OutputFolder claim(Path folder) {
        return OutputFolder.claim(folder, note -> {});
    }

    private static List<Path> all(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> !file.equals(folder)).sorted().toList();
        }
    }

    @Test
    void leavesNoFolderThatNothingCameOf() throws IOException {
        Path folder = temp.resolve("runs").resolve("news");
        claim(folder).close();
        assertEquals(List.of(), all(temp));
        try (OutputFolder claimed = claim(folder)) {
            claimed.removeLeft();
            Files.writeString(folder.resolve("result"), "");
        }
        assertEquals(List.of(temp.resolve("runs"), folder, folder.resolve("result")), all(temp));
    }

    @Test
    void refusesAFolderThatIsBeingWritten() {
        Path folder = temp.resolve("run");
        try (OutputFolder claimed = claim(folder)) {
            claimed.removeLeft();
            assertRefused(
                    folder + ": found that it is being written (this process), expected a folder that nobody writes",
                    () -> claim(folder));
        }
        claim(folder).close();
    }

    @Test
    void refusesANameThatIsBeingWritten() throws IOException {
        Path folder = temp.resolve("model");
        try (OutputFolder claimed = OutputFolder.claimName(folder, note -> {})) {
            claimed.requireRoom(1, "a byte", free -> 1);
            assertRefused("being written", () -> OutputFolder.claimName(folder, note -> {}));
            OutputFolder.claimName(temp.resolve("another"), note -> {}).close();
        }
        assertEquals(List.of(), all(temp));
    }

    @Test
    void refusesAFolderBelowAFile() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "text");
        assertRefused("cannot be written", () -> claim(file.resolve("run")));
        assertRefused("found a file, expected a folder", () -> claim(file));
        assertEquals("text", Files.readString(file));
    }

    @Test
    void saysPermissionWhereItMayNotWrite() throws IOException {
        assumeFalse(System.getProperty("os.name").startsWith("Windows"), "permissions are set in another way there");
        Path folder = Files.createDirectory(
                temp.resolve("closed"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-xr-x")));
        assumeFalse(Files.isWritable(folder), "root may write everywhere");
        assertRefused(folder + ": cannot be written (no permission)", () -> claim(folder));
        assertRefused("(no permission)", () -> claim(folder.resolve("run")));
    }

    @Test
    void refusesADiskWithoutRoom() throws IOException {
        try (OutputFolder claimed = claim(temp.resolve("run"))) {
            claimed.requireRoom(3 << 20, "two checkpoints", folder -> 3 << 20);
            assertRefused(
                    "run: found 2.0 MiB free on its disk, expected 3.0 MiB for two checkpoints; make room",
                    () -> claimed.requireRoom(3 << 20, "two checkpoints", folder -> 2 << 20));
            claimed.requireRoom(1, "a byte", OutputFolder.Room.OF_DISK);
            assertRefused(
                    "MiB free on its disk",
                    () -> claimed.requireRoom(Long.MAX_VALUE - 1, "all", OutputFolder.Room.OF_DISK));
        }
    }

    @Test
    void removesWhatAKilledProcessHasLeft() throws IOException {
        Path folder = Files.createDirectory(temp.resolve("run"));
        Path left = Files.writeString(folder.resolve(".run.json.12-34" + TemporaryNames.END), "half");
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        Path live = Files.writeString(folder.resolve(".vectors.csv.12-34" + TemporaryNames.END), "half");
        Path lock = Files.writeString(folder.resolve(".model.lock" + TemporaryNames.END), "another's");
        Files.setLastModifiedTime(lock, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        Files.writeString(folder.resolve(".lock" + TemporaryNames.END), "process 1, since then");
        Files.writeString(folder.resolve(".theirs"), "");
        try (OutputFolder claimed = claim(folder)) {
            claimed.removeLeft();
            assertRefused("being written", () -> claim(folder));
        }
        assertEquals(List.of(lock, folder.resolve(".theirs"), live), all(folder));
    }

    @Test
    void keepsOutputAndInputsApart() throws IOException {
        Path model = Files.createDirectory(temp.resolve("model"));
        Path data = Files.writeString(model.resolve("data.csv"), "");
        List<Path> inputs = List.of(model, temp.resolve("missing"));
        assertRefused(model + ": is what is read", () -> OutputFolder.requireApart(model, inputs));
        Path same = temp.resolve("other").resolve("..").resolve("model");
        assertRefused("is what is read", () -> OutputFolder.requireApart(same, inputs));
        assertRefused("lies in what is read", () -> OutputFolder.requireApart(model.resolve("run"), inputs));
        assertRefused("holds what is read", () -> OutputFolder.requireApart(temp, inputs));
        assertRefused("is what is read", () -> OutputFolder.requireApart(data, List.of(data)));
        assertRefused("holds what is read", () -> OutputFolder.requireApart(model, List.of(data)));
        OutputFolder.requireApart(temp.resolve("model-2"), inputs);
    }

    @Test
    void seesThroughSymbolicLinks() throws IOException {
        assumeFalse(System.getProperty("os.name").startsWith("Windows"), "links need a privilege there");
        Path model = Files.createDirectory(temp.resolve("model"));
        Path link = Files.createSymbolicLink(temp.resolve("link"), model);
        assertRefused("is what is read", () -> OutputFolder.requireApart(link, List.of(model)));
        assertRefused(
                "lies in", () -> OutputFolder.requireApart(link.resolve("deep").resolve("run"), List.of(model)));
        assertRefused("is what is read", () -> OutputFolder.requireApart(model, List.of(link)));
        assertFalse(Files.exists(link.resolve("deep")));
    }
}
