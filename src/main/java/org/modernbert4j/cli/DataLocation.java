package org.modernbert4j.cli;

import java.nio.file.Path;
import org.modernbert4j.InputPath;
import org.modernbert4j.hub.Hub;

/**
 * What {@code --data} says: a file, or the web address of one.
 *
 * @param text as it was given
 */
public record DataLocation(String text) {
    /**
     * The file. That of a web address is downloaded, unless it has been already; any other may be missing.
     *
     * @throws org.modernbert4j.InputException if the download fails, or its file has changed on disk
     */
    public Path file() {
        return Hub.isAddress(text) ? ModelLocation.hub().data(text) : InputPath.of(text);
    }

    /** Where the file lies, or will lie when it has been downloaded. */
    public Path path() {
        return Hub.isAddress(text) ? ModelLocation.hub().dataPath(text) : InputPath.of(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
