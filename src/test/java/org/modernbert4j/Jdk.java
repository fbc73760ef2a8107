package org.modernbert4j;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A JDK of this machine.
 *
 * @param feature its first number, such as 17
 * @param home its folder
 */
public record Jdk(int feature, Path home) {
    private static final Pattern VERSION = Pattern.compile("(?m)^JAVA_VERSION=\"(.*)\"");

    /** Where package managers put them. */
    private static final List<Path> PLACES = List.of(
            Path.of("/usr/lib/jvm"),
            Path.of("/usr/java"),
            Path.of("/opt/java"),
            Path.of(System.getProperty("user.home"), ".sdkman", "candidates", "java"),
            Path.of(System.getProperty("user.home"), ".jdks"),
            Path.of("/Library/Java/JavaVirtualMachines"),
            Path.of("C:\\Program Files\\Eclipse Adoptium"));

    /** The one that runs this. */
    static Jdk present() {
        return new Jdk(Runtime.version().feature(), Path.of(System.getProperty("java.home")));
    }

    /**
     * One of each number from 17 on, by number: that which runs this, those that variables such as JAVA_HOME_25_X64 name, and those in the
     * usual places.
     */
    public static SortedMap<Integer, Jdk> installed() {
        SortedMap<Integer, Jdk> found = new TreeMap<>();
        add(found, System.getProperty("java.home"));
        System.getenv().entrySet().stream()
                .filter(variable -> variable.getKey().startsWith("JAVA_HOME"))
                .map(Map.Entry::getValue)
                .forEach(home -> add(found, home));
        for (Path place : PLACES) {
            for (Path folder : children(place)) {
                add(found, folder.toString());
                add(found, folder.resolve("Contents/Home").toString());
            }
        }
        return found;
    }

    private static void add(SortedMap<Integer, Jdk> found, String home) {
        Path folder = Path.of(home);
        Path release = folder.resolve("release");
        if (!Files.isRegularFile(release)) {
            return;
        }
        try {
            String text = Files.readString(release);
            Matcher version = VERSION.matcher(text);
            if (version.find() && text.contains("jdk.incubator.vector")) {
                int feature = Runtime.Version.parse(version.group(1)).feature();
                if (feature >= 17) {
                    found.putIfAbsent(feature, new Jdk(feature, folder));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> children(Path place) {
        if (!Files.isDirectory(place)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(place)) {
            return folders.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts a class of the tests in a JVM of this JDK, with vector instructions as the launcher asks for them.
     *
     * @param out file of its standard output
     * @param err file of its standard error
     */
    Process start(
            Class<?> main, List<String> flags, Map<String, String> environment, Path out, Path err, Object... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(home + File.separator + "bin" + File.separator + "java");
        command.addAll(List.of("-XX:+UseSerialGC", "--add-modules", "jdk.incubator.vector"));
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        Stream.of(arguments).map(Object::toString).forEach(command::add);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    }
}
