package org.modernbert4j;

import java.nio.file.Path;

/** What Git has in the place of a large file until Git LFS brings it: a short text, the pointer. */
public final class GitLfs {
    private static final String BEGINNING = "version https://git-lfs.github.com/spec/";

    private GitLfs() {}

    /**
     * Refuses a pointer.
     *
     * @param file for the message
     * @param content what the file holds
     * @throws InputException if that is a pointer
     */
    public static void refusePointer(Path file, String content) {
        if (content.startsWith(BEGINNING)) {
            throw new InputException(file + ": found a pointer of Git LFS, expected the file that it stands for;"
                    + " get that with git lfs pull");
        }
    }
}
