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
import java.util.zip.ZipException;

/** Why a file cannot be read or written, in words for a message: without the names of Java's classes, and without the file's name. */
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
}
