package org.modernbert4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Sizes of files. */
public final class FileSizes {
    private FileSizes() {}

    /**
     * Bytes of a file; 0 if there is none.
     *
     * @throws InputException if it cannot be looked at
     */
    public static long of(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw new InputException(file + ": cannot be looked at (" + Reason.of(e) + "); check its folder", e);
        }
    }
}
