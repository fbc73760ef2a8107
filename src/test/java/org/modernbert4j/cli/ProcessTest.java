package org.modernbert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.modernbert4j.TinyCheckpoint.DATA;
import static org.modernbert4j.TinyCheckpoint.MODEL;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.modernbert4j.Jdk;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.backend.nvidia.Survey;

/** What only processes of their own can show: options of java, locales, signals, memory. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class ProcessTest {
    private static final int SECONDS = 60;

    @TempDir
    private Path temp;

    private Path jar;

    @BeforeEach
    void writeJar() throws IOException {
        jar = JarProcess.jar(temp.resolve("modernbert4j.jar"));
    }

    /** A debugger's port, a port of JMX and another collector; with vector instructions, and not one line of the JVM's own. */
    @Test
    void oneJvmHasTheUsersOptions() throws Exception {
        Console console = run(
                "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=127.0.0.1:" + freePort(),
                "-XX:+UseParallelGC",
                "-Dcom.sun.management.jmxremote.port=" + freePort(),
                "-Dcom.sun.management.jmxremote.authenticate=false",
                "-Dcom.sun.management.jmxremote.ssl=false",
                "-Xlog:compilation",
                "-jar",
                jar,
                "encode",
                "--model",
                MODEL,
                "--output",
                temp.resolve("out.npy"),
                "a text");
        assertEquals(0, console.code(), console.err());
        assertTrue(console.out().contains("EnableVectorSupport=true"), console.out());
        assertTrue(
                console.errLines().stream()
                        .allMatch(line -> line.startsWith("tokenizing") || line.startsWith("encoding")),
                console.err());
    }

    /** From JDK 24 on, a JVM warns of the class with which JavaCPP reads memory, unless its options or {@link NativeLibraries} say not to. */
    @ParameterizedTest
    @MethodSource("jdks")
    void noJvmWarnsOfItsFuture(Jdk jdk) throws Exception {
        String java = jdk.home().resolve("bin").resolve("java").toString();
        ProcessBuilder builder = JarProcess.builder(
                java, temp, "-jar", jar, "encode", "--model", MODEL, "--output", temp.resolve("out.npy"), "a text");
        Console console = JarProcess.ended(builder.start(), temp);
        assertEquals(0, console.code(), console.err());
        assertTrue(
                console.errLines().stream()
                        .allMatch(line -> line.startsWith("tokenizing") || line.startsWith("encoding")),
                console.err());
    }

    static Collection<Jdk> jdks() {
        return Jdk.installed().values();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void namesThatTheLocaleLacksWork() throws Exception {
        Path folder = Files.createDirectory(temp.resolve("папка"));
        Path model = Path.of("модель");
        TinyCheckpoint.copyTo(folder.resolve(model));
        ProcessBuilder builder = JarProcess.builder(temp, "-jar", jar, "inspect", model, "--summary")
                .directory(folder.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
        builder.environment().put("LC_ALL", "C");
        Console console = JarProcess.ended(builder.start(), temp);
        assertEquals(0, console.code(), console.err());
        assertTrue(console.out().startsWith("ModernBERT: 4 layers"), console.out());
        assertTrue(console.out().contains("├── embeddings"), console.out());
        assertEquals("", console.err());
    }

    /** The class of that build here cannot even be read: ND4J would fail if it saw it. */
    @Test
    void withoutADeviceTheCpuStandsInForNd4jsCudaBuild() throws Exception {
        String missing = Survey.of(Survey.DRIVER).missing().orElse(null);
        assumeTrue(missing != null, "there is a device");
        String build = "org.nd4j.linalg.jcublas.JCublasBackend";
        Path service = temp.resolve("cuda/META-INF/services/org.nd4j.linalg.factory.Nd4jBackend");
        Path type = temp.resolve("cuda/" + build.replace('.', '/') + ".class");
        Files.createDirectories(service.getParent());
        Files.writeString(service, build);
        Files.createDirectories(type.getParent());
        Files.createFile(type);
        Path withBuild = JarProcess.jar(temp.resolve("cuda.jar"), temp.resolve("cuda") + "/");
        Path output = temp.resolve("out.npy");
        Console console =
                run("-jar", withBuild, "encode", "--model", MODEL, "--backend", "nd4j", "--output", output, "a text");
        assertEquals(0, console.code(), console.err());
        assertEquals(
                "note: ND4J computes on the CPU: " + missing, console.errLines().get(0));
    }

    @Test
    void aJarWithoutItsLibrariesSaysWhichToCopy() throws Exception {
        Path alone = JarProcess.jar(temp.resolve("alone.jar"), "lib/a.jar", "lib/b.jar");
        Console console = run("-jar", alone, "--version");
        assertEquals(Main.BAD_INPUT, console.code());
        assertEquals(
                List.of(temp.resolve("lib/a.jar") + ": no such file, and 1 more libraries are missing;"
                        + " copy the folder lib/ to where the jar is"),
                console.errLines());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-Xmx16m | train --dry-run --max-length 64 | the data need more than Java's heap of 16 MiB; use fewer or shorter texts (--sample, --limit),"
                        + " or a larger heap: java -Xmx32m -jar",
                "-XX:MaxDirectMemorySize=4k | encode --output out.npy --text text | the network's working memory, beside Java's heap, needs more than Java may take",
            })
    void outOfMemorySaysWhichMemory(String option, String command, String why) throws Exception {
        Path data = temp.resolve("data.csv");
        Files.writeString(
                data, "text,label\n" + ("a text ".repeat(40) + ",a\n" + "a text ".repeat(40) + ",b\n").repeat(50_000));
        List<Object> arguments = new ArrayList<>(List.of(option, "-jar", jar));
        arguments.addAll(List.of(command.split(" ")));
        arguments.addAll(List.of("--model", MODEL, "--data", data));
        Console console = run(arguments.toArray());
        assertEquals(Main.OUT_OF_MEMORY, console.code(), console.err());
        List<String> lines = console.errLines();
        assertTrue(lines.get(lines.size() - 1).startsWith("out of memory: " + why), console.err());
        assertFalse(console.err().contains("Exception"), console.err());
    }

    /** A folder for temporary files, or a home, that cannot be written. */
    @EnabledOnOs(OS.LINUX)
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-Djna.boot.library.path=/proc/x -Djna.tmpdir=/proc/x | native libraries: ...'/proc/x' does not exist; they are"
                        + " unpacked into ...",
                "-DDJL_CACHE_DIR=/proc/x | tokenizer: the native library inside DJL's jar cannot be loaded on Linux ... (/proc/x/"
                        + "... cannot be written: ...); ...",
                "-Dorg.bytedeco.javacpp.cachedir=/proc/x -Duser.home=/proc/x -Djava.io.tmpdir=/proc/x -DDJL_CACHE_DIR={t}"
                        + " -Djna.tmpdir={t} | backend auto: ...ND4J's native library cannot be loaded: Could not create the"
                        + " cache...; it is unpacked under .javacpp in the home folder...",
            })
    void whereLibrariesCannotBeUnpackedIsALine(String options, String line) throws Exception {
        List<Object> command =
                new ArrayList<>(List.of(options.replace("{t}", temp.toString()).split(" ")));
        command.addAll(List.of("-jar", jar, "encode", "--model", MODEL, "--output", temp.resolve("out.npy"), "a text"));
        ProcessBuilder builder = JarProcess.builder(temp, command.toArray());
        builder.environment().remove("OMP_WAIT_POLICY"); // without it, JNA is loaded to set it
        Console console = JarProcess.ended(builder.start(), temp);
        assertEquals(Main.BAD_INPUT, console.code(), console.err());
        List<String> lines = console.errLines();
        String pattern =
                Stream.of(line.split("\\.\\.\\.", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
        assertTrue(Pattern.matches(pattern, lines.get(lines.size() - 1)), console.err());
        assertFalse(console.err().contains("\tat "), console.err());
    }

    /** The smallest stack of a thread that a JVM takes is too small for ND4J. */
    @EnabledOnOs(OS.LINUX)
    @Test
    void aStackThatIsTooSmallIsALine() throws Exception {
        Console console =
                run("-Xss144k", "-jar", jar, "encode", "--model", MODEL, "--output", temp.resolve("out.npy"), "a text");
        assertEquals(Main.OUT_OF_MEMORY, console.code(), console.err());
        List<String> lines = console.errLines();
        assertTrue(
                lines.get(lines.size() - 1).startsWith("out of memory: calls or data are nested too deeply"),
                console.err());
        assertFalse(console.err().contains("\tat "), console.err());
    }

    @EnabledOnOs(OS.LINUX)
    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void aSignalSavesAndEnds(String signal, int code) throws Exception {
        Path run = temp.resolve("run");
        ProcessBuilder builder = JarProcess.builder(temp, training(run));
        builder.command().addAll(0, List.of("env", "--default-signal=INT")); // background work of shells ignores it
        Process process = builder.start();
        await(process, run.resolve("run.json"));
        assertEquals(0, process.descendants().count());
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                .start()
                .waitFor();
        assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS));
        Console console = JarProcess.ended(process, temp);
        assertEquals(code, console.code(), console.err());
        assertTrue(console.err().contains("go on with: java -jar "), console.err());
        assertTrue(console.err().contains(".jar train --resume " + run), console.err());
    }

    /** As the comparison of experiments starts its runs. */
    @Test
    void aProcessOfOursEndsWithItsParent() throws Exception {
        Path run = temp.resolve("run");
        List<Object> command =
                new ArrayList<>(List.of("-cp", System.getProperty("java.class.path"), Parent.class.getName()));
        command.addAll(List.of(training(run)).subList(2, training(run).length));
        Process parent = JarProcess.builder(temp, command.toArray()).start();
        await(parent, run.resolve("run.json"));
        List<ProcessHandle> children = parent.descendants().toList();
        assertEquals(1, children.size());
        parent.destroyForcibly().waitFor();
        children.get(0).onExit().get(SECONDS, TimeUnit.SECONDS);
    }

    /** Starts a command by {@link OwnProcess}. */
    static final class Parent {
        private Parent() {}

        public static void main(String[] args) throws Exception {
            System.exit(OwnProcess.run(args));
        }
    }

    /** Takes longer than any of these tests. */
    private Object[] training(Path run) {
        return new Object[] {
            "-jar",
            jar,
            "train",
            "--model",
            MODEL,
            "--data",
            DATA,
            "--label",
            "topic",
            "--epochs",
            "1000",
            "--max-length",
            "16",
            "--output",
            run
        };
    }

    private Console run(Object... command) throws IOException, InterruptedException {
        return JarProcess.ended(JarProcess.builder(temp, command).start(), temp);
    }

    private static void await(Process process, Path file) throws InterruptedException {
        while (process.isAlive() && !Files.exists(file)) {
            Thread.sleep(20);
        }
        assertTrue(process.isAlive());
    }

    /** No failed test leaves a training behind. */
    @AfterEach
    void endWhatIsLeft() {
        ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
