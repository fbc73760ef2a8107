package org.modernbert4j.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.modernbert4j.FileHash;
import org.modernbert4j.InputException;
import org.modernbert4j.OutputFile;
import org.modernbert4j.Reason;

/**
 * Writes the {@code SHA256SUMS} of a checkpoint folder, and checks the folder against it; {@code sha256sum --check SHA256SUMS} does
 * the same. The checkpoints of this project have such a file.
 */
public final class Checksums {
    /** The name of the file. */
    static final String FILE = "SHA256SUMS";

    /** A card is there for people to edit. */
    private static final Set<String> UNLISTED = Set.of(FILE, OwnFiles.CARD);

    private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) [ *]([^/\\\\]+)");

    private Checksums() {}

    /** The list of a folder, whether it is there or not. */
    public static Path list(Path folder) {
        return folder.resolve(FILE);
    }

    /**
     * Lists all files of a folder, but not those of folders in it: to be called when the others are written. Reads them again for that, so that what writes a file
     * need not hash it; they come from the system's memory, as they have just been written.
     *
     * @throws InputException if a file cannot be read, or the list not be written
     */
    public static void write(Path folder) {
        String lines = OwnFiles.list(folder).stream()
                .filter(file -> Files.isRegularFile(file)
                        && !file.getFileName().toString().equals(FILE))
                .map(file -> FileHash.sha256(file) + "  " + file.getFileName() + "\n")
                .collect(Collectors.joining());
        OutputFile.write(list(folder), lines, "make room");
    }

    /**
     * Compares the files of a folder with its {@code SHA256SUMS}.
     *
     * @return the hashes of the files, which are as listed, by name; none if the folder has no list
     * @throws DamagedException if a file is missing or has another hash, is not listed, or a line cannot be read
     * @throws InputException if the list or a file cannot be read
     */
    public static Map<String, String> check(Path folder) {
        Map<String, String> hashes = check(folder, name -> true);
        if (!Files.exists(list(folder))) {
            return hashes;
        }
        String unlisted = OwnFiles.ofModel(folder).stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> !hashes.containsKey(name) && !UNLISTED.contains(name))
                .collect(Collectors.joining(", "));
        if (!unlisted.isEmpty()) {
            throw new DamagedException(
                    list(folder) + ": found no line for " + unlisted + ", expected one for each file of the model",
                    "make it again with sha256sum, or delete it");
        }
        return hashes;
    }

    /** Does the same for one file of a folder, which need not have others. */
    public static void check(Path folder, String file) {
        check(folder, file::equals);
    }

    private static Map<String, String> check(Path folder, Predicate<String> which) {
        Path list = list(folder);
        Map<String, String> hashes = new LinkedHashMap<>();
        if (!Files.exists(list)) {
            return hashes;
        }
        try {
            int number = 0;
            for (String line : Files.readAllLines(list)) {
                number++;
                check(folder, line, list + ", line " + number, which, hashes);
            }
        } catch (IOException e) {
            throw new InputException(
                    list + ": cannot be read (" + Reason.of(e) + "); make it again with sha256sum, or delete it", e);
        }
        return hashes;
    }

    private static void check(
            Path folder, String line, String place, Predicate<String> which, Map<String, String> hashes) {
        Matcher found = LINE.matcher(line);
        if (!found.matches()) {
            throw new DamagedException(
                    place + ": found \"" + line + "\", expected a SHA-256, two spaces and the name of a file",
                    "make it again with sha256sum, or delete it");
        }
        String name = found.group(2);
        if (!which.test(name)) {
            return;
        }
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new DamagedException(file + ": no such file, though " + place + " names it", "put it back");
        }
        String hash = FileHash.sha256(file);
        if (!hash.equals(found.group(1))) {
            throw new DamagedException(
                    file + ": has the SHA-256 " + hash + ", expected " + found.group(1) + " of " + place,
                    "get the file again, or delete SHA256SUMS if the file was changed on purpose");
        }
        hashes.put(name, hash);
    }
}
