package org.modernbert4j.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * What {@code java -jar} starts. It looks whether the libraries are there and whether Java could read the arguments, and then runs
 * {@link Main} in the same JVM, which has what the user gave it: heap, collector, debugger. It needs no library itself.
 */
public final class Launcher {
    private Launcher() {}

    /** Starts {@link Main} with the same arguments. */
    public static void main(String[] args) throws IOException {
        List<String> missing = missingLibraries();
        if (!missing.isEmpty()) {
            System.err.println(missing.get(0) + ": no such file, and " + (missing.size() - 1)
                    + " more libraries are missing; copy the folder lib/ to where the jar is");
            System.exit(Main.BAD_INPUT);
        }
        if (Utf8Restart.isNeeded(args)) {
            Utf8Restart.restart();
        }
        Main.main(args);
    }

    /** The entries of the jar's own class path that are not there. */
    private static List<String> missingLibraries() throws IOException {
        String jar = System.getProperty("java.class.path");
        if (!jar.endsWith(".jar") || !new File(jar).exists()) {
            return List.of(); // not started by java -jar
        }
        try (JarFile file = new JarFile(jar)) {
            String libraries = file.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            return libraries == null
                    ? List.of()
                    : Stream.of(libraries.split(" "))
                            .map(library -> Path.of(jar).resolveSibling(library).toString())
                            .filter(library -> !new File(library).exists())
                            .toList();
        }
    }
}
