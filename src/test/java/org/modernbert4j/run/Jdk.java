package org.modernbert4j.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A JDK of this machine.
 *
 * @param feature its number, such as 17
 */
record Jdk(int feature, Path home) {
    private static final Path INSTALLED = Path.of("/usr/lib/jvm");

    /** The one that this runs on, and one of each other number from 17 on that lies beside it or where Linux has them. */
    static List<Jdk> all() {
        Path own = Path.of(System.getProperty("java.home"));
        Map<Integer, Jdk> found = new TreeMap<>();
        found.put(Runtime.version().feature(), new Jdk(Runtime.version().feature(), own));
        for (Path folder : List.of(own.resolveSibling(""), INSTALLED)) {
            for (Path home : homes(folder)) {
                int feature = feature(home);
                if (feature >= 17) {
                    found.putIfAbsent(feature, new Jdk(feature, home));
                }
            }
        }
        return new ArrayList<>(found.values());
    }

    private static List<Path> homes(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> homes = Files.list(folder)) {
            return homes.filter(home -> Files.exists(home.resolve("bin/java")) && Files.exists(home.resolve("release")))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int feature(Path home) {
        Properties release = new Properties();
        try (InputStream in = Files.newInputStream(home.resolve("release"))) {
            release.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String version = release.getProperty("JAVA_VERSION", "\"0\"").replace("\"", "");
        return Runtime.Version.parse(version.startsWith("1.") ? "8" : version).feature();
    }

    @Override
    public String toString() {
        return "JDK " + feature;
    }
}
