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
import java.util.zip.ZipException;

/** Why a file cannot be read or written, in words for a message: without the names of Java's classes, and without the file's name. */
public final class Reason {
    private Reason() {}

    /** A few words, such as {@code no permission}. */
    public static String of(IOException failure) {
        if (failure instanceof NoSuchFileException missing) {
            return missing(missing);
        }
        if (failure instanceof FileNotFoundException) {
            return "no such file, or no permission";
        }
        if (failure instanceof AccessDeniedException) {
            return "no permission";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "something of that name is there";
        }
        if (failure instanceof DirectoryNotEmptyException) {
            return "the folder is not empty";
        }
        if (failure instanceof NotDirectoryException) {
            return "it is no folder";
        }
        if (failure instanceof CharacterCodingException) {
            return "its bytes are not UTF-8";
        }
        if (failure instanceof EOFException) {
            return "it ends too early";
        }
        if (failure instanceof ZipException) {
            return "its compressed data is damaged";
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
