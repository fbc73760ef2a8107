package org.modernbert4j.cli;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Starts commands as users do, by {@code java -jar}: of an empty jar with the project's manifest, before the classes of this build. */
final class JarProcess {
    private static final Path MANIFEST = Path.of("src/main/manifest/MANIFEST.MF");

    private JarProcess() {}

    /** Writes the jar. */
    static Path jar(Path file, String... libraries) throws IOException {
        Manifest manifest;
        try (InputStream in = Files.newInputStream(MANIFEST)) {
            manifest = new Manifest(in);
        }
        String classPath = Stream.concat(
                        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                                .map(entry -> Path.of(entry).toUri().getPath()),
                        Stream.of(libraries))
                .collect(Collectors.joining(" "));
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
        try (OutputStream out = Files.newOutputStream(file)) {
            new JarOutputStream(out, manifest).close();
        }
        return file;
    }

    /** The java of this test. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** A command, not started yet; its output and errors go to files {@code out} and {@code err} in a folder. */
    static ProcessBuilder builder(Path folder, Object... command) {
        return builder(java(), folder, command);
    }

    /** The same with another java. */
    static ProcessBuilder builder(String java, Path folder, Object... command) {
        List<String> words = new ArrayList<>(List.of(java, "-Xshare:auto", "-XX:TieredStopAtLevel=1"));
        Stream.of(command).map(Object::toString).forEach(words::add);
        return new ProcessBuilder(words)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
    }

    /** What a process that was started by a {@link #builder} gave. */
    static Console ended(Process process, Path folder) throws IOException, InterruptedException {
        int code = process.waitFor();
        return new Console(code, Files.readString(folder.resolve("out")), Files.readString(folder.resolve("err")));
    }
}
