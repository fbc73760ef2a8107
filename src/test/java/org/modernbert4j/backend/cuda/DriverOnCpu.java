package org.modernbert4j.backend.cuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The kernels and a stand-in for NVIDIA's driver as a library for the CPU, built by g++. */
final class DriverOnCpu {
    private static final Path KERNELS = Path.of("src/main/resources/org/modernbert4j/backend/cuda");
    private static final Path SOURCES = Path.of("src/test/cpp/cuda");
    private static final Path BUILD = Path.of("target/cuda-on-cpu").toAbsolutePath();
    private static final Pattern KERNEL = Pattern.compile("KERNEL\\((\\d+)\\)\\s+(\\w+)\\(([^)]*)\\)");

    private static Path library;

    private DriverOnCpu() {}

    /** Why it cannot be built here; empty if it can. */
    static Optional<String> obstacle() {
        try {
            library();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("kernels run on the CPU only where there is g++: " + e.getMessage());
        }
    }

    /**
     * The library, built once, with the flags of the system property {@code cuda.on.cpu.flags}; or the file that {@code cuda.on.cpu}
     * names.
     */
    static synchronized Path library() throws IOException {
        if (library == null) {
            String other = System.getProperty("cuda.on.cpu");
            String flags = System.getProperty("cuda.on.cpu.flags", "-O2");
            library = other == null
                    ? build(List.of(flags.split(" ")))
                    : Path.of(other).toAbsolutePath();
        }
        return library;
    }

    /** Builds the library. Parts that have not changed are not compiled again. */
    static Path build(List<String> flags) throws IOException {
        Path folder = BUILD.resolve(String.join("", flags).replaceAll("\\W", ""));
        Files.createDirectories(folder);
        List<Path> units = new ArrayList<>();
        for (Path file : files(KERNELS, ".cu")) {
            units.add(unit(file, folder));
        }
        units.addAll(files(SOURCES, ".cpp"));
        List<Process> compilers = new ArrayList<>();
        List<Path> objects = new ArrayList<>();
        for (Path unit : units) {
            Path object = folder.resolve(unit.getFileName() + ".o");
            objects.add(object);
            if (isOlder(object, unit)) {
                compilers.add(start(command(flags, "-c", unit.toString(), "-o", object.toString())));
            }
            if (compilers.size() == Runtime.getRuntime().availableProcessors()) {
                end(compilers.remove(0));
            }
        }
        compilers.forEach(DriverOnCpu::end);
        Path library = folder.resolve("libcuda_on_cpu.so");
        List<String> link = command(flags, "-shared", "-o", library.toString());
        objects.forEach(object -> link.add(object.toString()));
        end(start(link));
        return library;
    }

    private static List<String> command(List<String> flags, String... more) {
        List<String> command =
                new ArrayList<>(List.of("g++", "-std=c++17", "-fPIC", "-Wall", "-Wextra", "-Werror", "-DON_CPU"));
        command.add("-Wno-unknown-pragmas"); // of NVIDIA's compiler, to unroll loops
        command.addAll(flags);
        command.addAll(List.of("-I", SOURCES.toString(), "-I", KERNELS.toString()));
        command.addAll(List.of(more));
        return command;
    }

    /** A source file with the kernels of a file and their entries for the driver. */
    private static Path unit(Path file, Path folder) throws IOException {
        StringBuilder unit =
                new StringBuilder("#include \"on_cpu.h\"\nnamespace {\n#include \"" + file.getFileName() + "\"\n");
        Matcher kernels = KERNEL.matcher(Files.readString(file));
        while (kernels.find()) {
            unit.append("static on_cpu::Entry entry_%2$s(\"%2$s\", %1$s, %2$s);%n"
                    .formatted(kernels.group(1), kernels.group(2)));
        }
        unit.append("}\n");
        Path path = folder.resolve(file.getFileName() + ".cpp");
        if (!Files.exists(path) || !Files.readString(path).contentEquals(unit)) {
            Files.writeString(path, unit);
        }
        return path;
    }

    /** Whether an object is older than something that it is made of. */
    private static boolean isOlder(Path object, Path unit) throws IOException {
        if (!Files.exists(object)) {
            return true;
        }
        Path kernels = KERNELS.resolve(unit.getFileName().toString().replace(".cpp", ""));
        List<Path> sources = new ArrayList<>(List.of(unit, kernels, SOURCES.resolve("on_cpu.h")));
        sources.addAll(files(KERNELS, ".cuh"));
        for (Path source : sources) {
            if (Files.exists(source)
                    && Files.getLastModifiedTime(source).compareTo(Files.getLastModifiedTime(object)) > 0) {
                return true;
            }
        }
        return false;
    }

    static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static void end(Process compiler) {
        try {
            String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (compiler.waitFor() != 0) {
                throw new AssertionError("g++ refuses:\n" + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
