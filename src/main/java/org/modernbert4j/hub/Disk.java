package org.modernbert4j.hub;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What can fail for want of room or of rights; tests override it. */
class Disk {
    /** The file system as it is. */
    static final Disk REAL = new Disk();

    /** Opens a file to write on at its end; makes it if it is not there. */
    OutputStream append(Path file) throws IOException {
        return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /**
     * Makes a symbolic link.
     *
     * @throws UnsupportedOperationException if the file system has none
     */
    void link(Path link, Path target) throws IOException {
        Files.createSymbolicLink(link, target);
    }
}
