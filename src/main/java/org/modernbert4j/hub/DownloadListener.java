package org.modernbert4j.hub;

/** Told what a download does. */
public interface DownloadListener {
    /** Listens to nothing. */
    DownloadListener NONE = new DownloadListener() {};

    /**
     * Some more of a file is there.
     *
     * @param file its name
     * @param done bytes that are on disk
     * @param total bytes in all; 0 if the server does not tell
     */
    default void progress(String file, long done, long total) {}

    /** Something that a reader should know, in one line. */
    default void note(String line) {}
}
