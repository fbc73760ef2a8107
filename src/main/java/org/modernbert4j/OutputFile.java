package org.modernbert4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/** Writes text files. */
public final class OutputFile {
    private OutputFile() {}

    /**
     * Writes a text in UTF-8.
     *
     * @param remedy what to do if that fails; the message ends with it
     * @param options as of {@link Files#writeString}
     * @throws InputException if the file cannot be written
     */
    public static void write(Path file, String text, String remedy, OpenOption... options) {
        try {
            Files.writeString(file, text, options);
        } catch (IOException e) {
            throw new InputException(file + ": cannot be written (" + e + "); " + remedy, e);
        }
    }
}
