package org.modernbert4j.cli;

import java.nio.file.Path;
import org.modernbert4j.hub.Hub;

/**
 * What {@code --data} says: a file, or the web address of one.
 *
 * @param text as it was given
 */
public record DataLocation(String text) {
    /**
     * The file. That of a web address is downloaded, unless it has been already.
     *
     * @return a path; that of a file which was not given by its address may not be there
     * @throws org.modernbert4j.InputException if the file of an address cannot be had, or has changed on disk
     */
    public Path file() {
        return isAddress() ? Downloads.hub().data(text) : Path.of(text);
    }

    /** Where the file lies, or will lie when it has been downloaded. */
    public Path path() {
        return isAddress() ? Downloads.hub().dataPath(text) : Path.of(text);
    }

    private boolean isAddress() {
        return Hub.isAddress(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
