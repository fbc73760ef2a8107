package org.modernbert4j;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipException;

/** Why a file cannot be read or written, or a library not loaded, in words for a message: without the names of Java's classes, and without the file's name. */
public final class Reason {
    private static final Map<Class<?>, String> WORDS = Map.of(
            FileNotFoundException.class, "no such file, or no permission",
            AccessDeniedException.class, "no permission",
            FileAlreadyExistsException.class, "something of that name is there",
            DirectoryNotEmptyException.class, "the folder is not empty",
            NotDirectoryException.class, "it is no folder",
            CharacterCodingException.class, "its bytes are not UTF-8",
            EOFException.class, "it ends too early",
            ZipException.class, "its compressed data is damaged");

    /** What a JVM says of a class whose first use failed, at the second use. */
    private static final Pattern EARLIER =
            Pattern.compile("Exception java\\.lang\\.(\\w+): (.*?)( \\[in thread .*)?", Pattern.DOTALL);

    /** The system's own words come after a name that stands there already. */
    private static final Pattern NAME_TWICE = Pattern.compile("(.+): \\1: ");

    private Reason() {}

    /** A few words, such as {@code no permission}. */
    public static String of(IOException failure) {
        if (failure instanceof NoSuchFileException missing) {
            return missing(missing);
        }
        for (Map.Entry<Class<?>, String> known : WORDS.entrySet()) {
            if (known.getKey().isInstance(failure)) {
                return known.getValue();
            }
        }
        String words = failure instanceof FileSystemException ofFile ? ofFile.getReason() : failure.getMessage();
        return words == null || words.isBlank()
                ? "the system does not say why"
                : words.strip().lines().findFirst().orElseThrow();
    }

    /** The folder may be missing as well. */
    private static String missing(NoSuchFileException missing) {
        Path folder = missing.getFile() == null
                ? null
                : Path.of(missing.getFile()).toAbsolutePath().getParent();
        return folder == null || Files.isDirectory(folder) ? "no such file" : "no such folder: " + folder;
    }

    /** Why a native library cannot be loaded, such as {@code /tmp/x.so: failed to map segment}; empty if something else has failed. */
    public static Optional<String> ofLinking(Throwable failure) {
        return from(failure, UnsatisfiedLinkError.class)
                .reduce((outer, inner) -> inner)
                .map(cause -> words(cause, UnsatisfiedLinkError.class)
                        .lines()
                        .findFirst()
                        .orElse("")
                        .strip())
                .map(line -> NAME_TWICE.matcher(line).replaceFirst("$1: "));
    }

    /** Which memory the JVM lacked, in its words; empty if something else has failed. */
    public static Optional<String> ofMemory(Throwable failure) {
        return from(failure, OutOfMemoryError.class).findFirst().map(cause -> words(cause, OutOfMemoryError.class));
    }

    /** The causes from one on that is such an error, or tells of an earlier one. */
    private static Stream<Throwable> from(Throwable failure, Class<? extends Error> type) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .dropWhile(
                        cause -> !type.isInstance(cause) && earlier(cause, type).isEmpty());
    }

    private static String words(Throwable cause, Class<? extends Error> type) {
        return earlier(cause, type).orElse(String.valueOf(cause.getMessage()));
    }

    private static Optional<String> earlier(Throwable cause, Class<? extends Error> type) {
        Matcher earlier = EARLIER.matcher(String.valueOf(cause.getMessage()));
        return earlier.matches() && earlier.group(1).equals(type.getSimpleName())
                ? Optional.of(earlier.group(2))
                : Optional.empty();
    }
}
