package org.modernbert4j;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Checks the paths that users give; what it says of a wrong one is what they can do about it. */
public final class InputPath {
    /** Files of a folder that are looked at for a near name. */
    private static final int MOST_LOOKED_AT = 10_000;

    private InputPath() {}

    /**
     * The path that a text is.
     *
     * @throws InputException if this system has no such paths
     */
    public static Path of(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new InputException(
                    text + ": cannot be the name of a file (" + e.getReason() + "); use another name", e);
        }
    }

    /**
     * A file that can be read.
     *
     * @param expected what it should be, such as {@code a CSV file}
     * @return the path itself
     * @throws InputException if there is none, it is a folder or a device, or may not be read
     */
    public static Path file(Path path, String expected) {
        if (Files.isRegularFile(path)) {
            return readable(path);
        }
        if (!Files.exists(path)) {
            throw missing(path, "file", expected, "check the path");
        }
        throw Files.isDirectory(path)
                ? new InputException(path + ": is a folder, expected " + expected + "; give a file in it")
                : new InputException(path + ": is a device or a pipe, expected " + expected + "; save it as a file");
    }

    /**
     * A folder that can be read.
     *
     * @param expected what it should be, such as {@code the folder of a run}
     * @return the path itself
     * @throws InputException if there is none, it is a file, or may not be read
     */
    public static Path folder(Path path, String expected) {
        return folder(path, expected, "check the path");
    }

    /** The same; {@code remedy} is what else to do if there is none. */
    public static Path folder(Path path, String expected, String remedy) {
        if (Files.isDirectory(path)) {
            return readable(path);
        }
        if (Files.exists(path)) {
            throw new InputException(path + ": is a file, expected " + expected + "; give a folder");
        }
        throw missing(path, "folder", expected, remedy);
    }

    private static Path readable(Path path) {
        if (!Files.isReadable(path)) {
            throw new InputException(
                    path + ": no permission to read it, expected a readable one; change its permissions");
        }
        return path;
    }

    private static InputException missing(Path path, String kind, String expected, String remedy) {
        return new InputException(
                path + ": no such " + kind + ", expected " + expected + "; " + nearNames(path, kind) + remedy);
    }

    /** What is there instead, as far as a path leads; empty or an advice that ends with a comma. */
    private static String nearNames(Path path, String kind) {
        if (File.separatorChar == '/' && path.toString().indexOf('\\') >= 0) {
            return "write / instead of \\, or ";
        }
        Path missing = path.toAbsolutePath().normalize();
        while (missing.getParent() != null && !Files.exists(missing.getParent())) {
            missing = missing.getParent();
        }
        Path there = missing.getParent();
        if (there == null || !Files.isDirectory(there)) {
            return "";
        }
        boolean isWhole = missing.equals(path.toAbsolutePath().normalize());
        List<String> names = names(there, isWhole && kind.equals("file") ? Files::isRegularFile : Files::isDirectory);
        Path shown = shown(there, path);
        return NearNames.of(missing.getFileName().toString(), names)
                .map(near -> "near names in " + shown + ": " + near + "; ")
                .orElse(isWhole ? "" : "there is no " + missing.getFileName() + " in " + shown + ", ");
    }

    /** A folder above a path, relative if the path is. */
    private static Path shown(Path folder, Path path) {
        if (path.isAbsolute()) {
            return folder;
        }
        Path here = Path.of("").toAbsolutePath();
        return folder.startsWith(here) && !folder.equals(here) ? here.relativize(folder) : folder;
    }

    private static List<String> names(Path folder, Predicate<Path> kind) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.limit(MOST_LOOKED_AT)
                    .filter(kind)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of(); // no advice then
        }
    }
}
