package org.modernbert4j.task;

import java.nio.file.Path;

/**
 * A file of texts.
 *
 * @param path where it is
 * @param texts how many of it are used
 * @param tokens of these texts
 * @param sha256 of its bytes
 */
public record Source(Path path, int texts, long tokens, String sha256) {}
