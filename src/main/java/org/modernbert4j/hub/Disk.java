package org.modernbert4j.hub;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What can fail for want of room or of rights. */
interface Disk {
    /** The file system as it is. */
    Disk REAL = new Disk() {
        @Override
        public OutputStream append(Path file) throws IOException {
            return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }

        @Override
        public void link(Path link, Path target) throws IOException {
            Files.createSymbolicLink(link, target);
        }
    };

    /** Opens a file to write on at its end; makes it if it is not there. */
    OutputStream append(Path file) throws IOException;

    /**
     * Makes a symbolic link.
     *
     * @throws IOException if it cannot be made
     * @throws UnsupportedOperationException if the file system has none
     */
    void link(Path link, Path target) throws IOException;
}
