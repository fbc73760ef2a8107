package org.modernbert4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.FileHash;
import org.modernbert4j.InputException;
import org.modernbert4j.TinyCheckpoint;

/** A checkpoint that says what its files are. */
class ChecksumsTest {
    private static final Path BUNDLED = Path.of("weights");

    @TempDir
    private Path temp;

    private Path folder;
    private Path list;

    @BeforeEach
    void aCheckpointWithAList() throws IOException {
        folder = TinyCheckpoint.copyTo(temp.resolve("model"));
        list = folder.resolve("SHA256SUMS");
        Files.write(
                list,
                List.of(
                        line("config.json"),
                        line("model.safetensors"),
                        line("tokenizer.json"),
                        line("tokenizer_config.json")));
    }

    private String line(String file) {
        return FileHash.sha256(folder.resolve(file)) + "  " + file;
    }

    private String refusal() {
        return assertThrows(InputException.class, () -> Checkpoint.open(folder)).getMessage();
    }

    @Test
    void theFilesThatAreMeantAreOpened() {
        Checkpoint.open(folder).close();
    }

    /** What was checked is not read a second time; a file that is not listed is hashed when it is asked for. */
    @Test
    void hashesOnce() throws IOException {
        String listed = FileHash.sha256(folder.resolve("model.safetensors"));
        try (Checkpoint opened = Checkpoint.open(folder)) {
            Files.writeString(folder.resolve("model.safetensors"), "other");
            Files.writeString(folder.resolve("special_tokens_map.json"), "{}");
            assertEquals(
                    List.of(
                            "config.json",
                            "model.safetensors",
                            "special_tokens_map.json",
                            "tokenizer.json",
                            "tokenizer_config.json"),
                    List.copyOf(opened.hashes().keySet()));
            assertEquals(listed, opened.hashes().get("model.safetensors"));
            assertEquals(FileHash.sha256("{}"), opened.hashes().get("special_tokens_map.json"));
        }
    }

    @Test
    void aChangedFileIsRefused() throws IOException {
        byte[] weights = Files.readAllBytes(folder.resolve("model.safetensors"));
        String meant = FileHash.sha256(folder.resolve("model.safetensors"));
        weights[weights.length - 1] ^= 1;
        Files.write(folder.resolve("model.safetensors"), weights);

        assertEquals(
                folder.resolve("model.safetensors") + ": has the SHA-256 "
                        + FileHash.sha256(folder.resolve("model.safetensors")) + ", expected " + meant + " of " + list
                        + ", line 2; get the file again, or delete SHA256SUMS if the file was changed on purpose",
                refusal());
    }

    @Test
    void aListWithoutAFileOfTheModelIsRefused() throws IOException {
        Files.write(list, List.of(line("config.json"), line("tokenizer.json"), line("tokenizer_config.json")));
        assertTrue(
                refusal().startsWith(list + ": found no line for model.safetensors, expected one for each"), refusal());
        Files.write(list, new byte[0]);
        assertTrue(refusal().startsWith(list + ": found no line for config.json, model.safetensors, "), refusal());
    }

    /** To plan a run takes the configuration alone. */
    @Test
    void oneFileIsCheckedWithoutTheOthers() throws IOException {
        Files.delete(folder.resolve("model.safetensors"));
        Checksums.check(folder, "config.json");
        Files.writeString(folder.resolve("config.json"), "{}");
        assertThrows(DamagedException.class, () -> Checksums.check(folder, "config.json"));
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        Files.delete(folder.resolve("tokenizer.json"));
        assertEquals(
                folder.resolve("tokenizer.json") + ": no such file, though " + list + ", line 3 names it; put it back",
                refusal());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc  config.json", "%s config.json", "%s  ../config.json", "%s  /etc/passwd"})
    void aLineThatIsNoneIsNamed(String line) throws IOException {
        Files.writeString(list, line.formatted("0a".repeat(32)) + "\n");
        assertTrue(
                refusal().startsWith(list + ", line 1: found \"" + line.formatted("0a".repeat(32)) + "\""), refusal());
    }

    @Test
    void theBundledCheckpointsListAllTheirFiles() throws IOException {
        List<Path> folders =
                children(BUNDLED).stream().filter(Files::isDirectory).toList();
        assertTrue(folders.contains(BUNDLED.resolve("modernbert-mini-ru")));
        for (Path bundled : folders) {
            Set<String> listed = Files.readAllLines(bundled.resolve("SHA256SUMS")).stream()
                    .map(line -> line.substring(line.indexOf(' ') + 2))
                    .collect(Collectors.toCollection(TreeSet::new));
            Set<String> there = children(bundled).stream()
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("SHA256SUMS"))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(there, listed);
            Checkpoint.open(bundled).close();
        }
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
