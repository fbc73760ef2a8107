package org.modernbert4j;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of files and folders that are there only for a while. Files, and folders that are new, begin with a dot and end with {@value
 * #END}, so that no command takes them for anything else. A saved folder that is being replaced or removed keeps its name, with an
 * ending, as a killed process may leave it so and somebody may look for it.
 */
public final class TemporaryNames {
    /** What the names end with. */
    static final String END = ".modernbert4j";

    private static final String PARTIAL = ".partial";
    private static final String OLD = ".old";
    private static final String REMOVED = ".removed";
    private static final Pattern OF_FOLDER = Pattern.compile("(.+)\\.(partial|old|removed)");

    private TemporaryNames() {}

    /** Whether a file of this name is there only for a while: a lock, or the content of another file that is being written. */
    public static boolean isTemporary(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(".") && name.endsWith(END);
    }

    /** For what comes before a file, in the same folder; no other process or thread uses it. */
    public static Path unique(Path file) {
        return file.resolveSibling(
                "." + file.getFileName() + "." + ProcessHandle.current().pid() + "-" + System.nanoTime() + END);
    }

    /** Matches the names of {@link #unique} for a file. */
    static Pattern uniqueOf(Path file) {
        return unique(Pattern.quote("." + file.getFileName() + "."));
    }

    /** Matches the names of {@link #unique} for any file. */
    static Pattern uniqueOfAny() {
        return unique("\\..+\\.");
    }

    private static Pattern unique(String beginning) {
        return Pattern.compile(beginning + "\\d+-\\d+" + Pattern.quote(END));
    }

    /** The lock of a folder that is there, in it; or with a name, that of one beside it. */
    static String lock(String name) {
        return name + ".lock" + END;
    }

    /** What is written to see whether anything can be. */
    static String probe(String name) {
        return name + ".probe" + END;
    }

    /** A new folder while it is filled. */
    public static Path filling(Path folder) {
        return folder.resolveSibling("." + folder.getFileName() + END);
    }

    /** What takes the place of a saved folder, while it is filled. */
    public static Path partial(Path folder) {
        return folder.resolveSibling(folder.getFileName() + PARTIAL);
    }

    /** A saved folder in whose place another comes. */
    public static Path old(Path folder) {
        return folder.resolveSibling(folder.getFileName() + OLD);
    }

    /** A saved folder that is being deleted. */
    public static Path removed(Path folder) {
        return folder.resolveSibling(folder.getFileName() + REMOVED);
    }

    /** The folder that one of these three names is about; empty for other names. */
    public static Optional<Path> saved(Path temporary) {
        Matcher name = OF_FOLDER.matcher(temporary.getFileName().toString());
        return name.matches() ? Optional.of(temporary.resolveSibling(name.group(1))) : Optional.empty();
    }

    /** The name of a file, without what earlier versions put behind it while they wrote it. */
    public static String whole(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(PARTIAL) ? name.substring(0, name.length() - PARTIAL.length()) : name;
    }
}
