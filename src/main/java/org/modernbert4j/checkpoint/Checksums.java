package org.modernbert4j.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.modernbert4j.FileHash;
import org.modernbert4j.InputException;

/**
 * Checks a checkpoint folder against its {@code SHA256SUMS}; {@code sha256sum --check SHA256SUMS} does the same. The checkpoints of
 * this project have such a file.
 */
final class Checksums {
    private static final String FILE = "SHA256SUMS";
    private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) [ *]([^/\\\\]+)");

    private Checksums() {}

    /**
     * Compares the files of a folder with its {@code SHA256SUMS}, if it has one.
     *
     * @throws InputException if a file is missing or has another hash, or a line cannot be read
     */
    static void check(Path folder) {
        Path list = folder.resolve(FILE);
        if (!Files.exists(list)) {
            return;
        }
        try {
            int number = 0;
            for (String line : Files.readAllLines(list)) {
                number++;
                check(folder, line, list + ", line " + number);
            }
        } catch (IOException e) {
            throw new InputException(
                    list + ": cannot be read (" + e + "); make it again with sha256sum, or delete it", e);
        }
    }

    private static void check(Path folder, String line, String place) {
        Matcher found = LINE.matcher(line);
        if (!found.matches()) {
            throw new InputException(
                    place + ": found \"" + line
                            + "\", expected a SHA-256, two spaces and the name of a file; make it again with sha256sum, or delete it");
        }
        Path file = folder.resolve(found.group(2));
        if (!Files.isRegularFile(file)) {
            throw new InputException(file + ": no such file, though " + place + " names it; put it back");
        }
        String hash = FileHash.sha256(file);
        if (!hash.equals(found.group(1))) {
            throw new InputException(file + ": has the SHA-256 " + hash + ", expected " + found.group(1) + " of "
                    + place + "; get the file again, or delete SHA256SUMS if the file was changed on purpose");
        }
    }
}
