package org.modernbert4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
    @TempDir
    private Path temp;

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(temp)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void replacesAFileAndNothingBesideIt() throws IOException {
        Path file = Files.writeString(temp.resolve("plan.svg"), "old");
        Files.writeString(temp.resolve("plan.svg.partial"), "theirs");
        OutputFile.write(file, "new", "make room");
        assertEquals("new", Files.readString(file));
        assertEquals("theirs", Files.readString(temp.resolve("plan.svg.partial")));
        assertEquals(List.of("plan.svg", "plan.svg.partial"), names());
    }

    @Test
    void aFailureLeavesTheOldFile() throws IOException {
        Path file = Files.writeString(temp.resolve("embeddings.npy"), "old");
        InputException error = assertThrows(
                InputException.class,
                () -> OutputFile.replace(file, out -> {
                    throw new IOException("No space left on device");
                }));
        assertTrue(
                error.getMessage().startsWith(file + ": cannot be written (No space left on device);"),
                error.getMessage());
        assertEquals("old", Files.readString(file));
        assertEquals(List.of("embeddings.npy"), names());
    }

    @Test
    void replacesALinkAndNotWhatItPointsTo() throws IOException {
        assumeFalse(System.getProperty("os.name").startsWith("Windows"), "links need a privilege there");
        Path target = Files.writeString(temp.resolve("theirs"), "theirs");
        Path link = Files.createSymbolicLink(temp.resolve("link"), target);
        OutputFile.write(link, "new", "make room");
        assertEquals("new", Files.readString(link));
        assertFalse(Files.isSymbolicLink(link));
        assertEquals("theirs", Files.readString(target));
    }

    @Test
    void writesIntoADevice() {
        Path device = Path.of("/dev/null");
        assumeTrue(Files.exists(device), "no such device");
        OutputFile.write(device, "text", "make room");
        assertFalse(Files.isRegularFile(device));
    }

    @Test
    void removesWhatAKilledProcessHasLeftOfTheFile() throws IOException {
        Path left = Files.writeString(temp.resolve(".plan.svg.12-34.modernbert4j"), "half");
        Path young = Files.writeString(temp.resolve(".plan.svg.56-78.modernbert4j"), "being written");
        Path other = Files.writeString(temp.resolve(".other.svg.12-34.modernbert4j"), "half");
        FileTime before = FileTime.from(Instant.now().minus(Duration.ofHours(2)));
        Files.setLastModifiedTime(left, before);
        Files.setLastModifiedTime(other, before);
        OutputFile.write(temp.resolve("plan.svg"), "new", "make room");
        assertEquals(List.of(other.getFileName().toString(), young.getFileName().toString(), "plan.svg"), names());
    }

    @Test
    void refusesAnInputAndWhatIsNoFile() throws IOException {
        Path data = Files.writeString(temp.resolve("data.csv"), "text");
        Path again = Files.createLink(temp.resolve("again.csv"), data);
        for (Path file : List.of(data, again, temp.resolve(".").resolve("data.csv"))) {
            String found = assertThrows(InputException.class, () -> OutputFile.check(file, List.of(data)))
                    .getMessage();
            assertEquals(
                    file + ": found a file that is read (" + data + "), expected another; use another output", found);
        }
        OutputFile.check(temp.resolve("new.csv"), List.of(data, temp.resolve("missing")));
        assertThrows(InputException.class, () -> OutputFile.check(temp, List.of()));
        assertThrows(
                InputException.class, () -> OutputFile.check(temp.resolve("no").resolve("x.csv"), List.of()));
    }
}
