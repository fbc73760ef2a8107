package org.modernbert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.modernbert4j.TinyCheckpoint.DATA;
import static org.modernbert4j.TinyCheckpoint.MODEL;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Processes that answer row after row. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class StreamTest {
    private static final int SECONDS = 60;

    @TempDir
    private static Path shared;

    private static Path run;
    private static Path jar;

    @TempDir
    private Path temp;

    @BeforeAll
    static void train() throws IOException {
        run = shared.resolve("run");
        jar = JarProcess.jar(shared.resolve("modernbert4j.jar"));
        Map<String, ?> options = Map.of("--model", MODEL, "--data", DATA, "--label", "topic", "--output", run);
        Console trained = Console.train(options, "--epochs", 1, "--max-length", 16);
        assertEquals(0, trained.code(), trained.err());
    }

    private ProcessBuilder command(Object... more) {
        List<Object> words = new ArrayList<>(List.of("-jar", jar));
        words.addAll(List.of(more));
        ProcessBuilder builder = JarProcess.builder(temp, words.toArray());
        builder.command().addAll(0, List.of("env", "--default-signal=INT")); // background work of shells ignores it
        return builder;
    }

    private Path lines(int rows) throws IOException {
        Path file = temp.resolve("many.txt");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < rows; i++) {
                out.write("дождь и матч, и снова дождь: " + i + "\n");
            }
        }
        return file;
    }

    @Test
    void aReaderThatGoesAwayEndsItWithoutAWord() throws Exception {
        ProcessBuilder builder = command("predict", "--model", run, "--data", lines(9_000));
        Process process = builder.redirectOutput(ProcessBuilder.Redirect.PIPE).start();
        try (BufferedReader out = process.inputReader()) {
            assertEquals("row,label,probability,text", out.readLine());
        }
        assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
        String err = Files.readString(temp.resolve("err"));
        assertFalse(err.contains("xception") || err.contains("cannot"), err);
    }

    @EnabledOnOs(OS.LINUX)
    @Test
    void aFullDiskIsALine() throws Exception {
        ProcessBuilder builder = command("predict", "--model", run, "Дождь");
        Process process = builder.redirectOutput(new File("/dev/full")).start();
        assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS));
        assertEquals(Main.BAD_INPUT, process.exitValue());
        String err = Files.readString(temp.resolve("err"));
        assertTrue(err.contains("standard output: cannot be written (No space left on device); make room"), err);
    }

    @EnabledOnOs(OS.LINUX)
    @Test
    void aLineIsAnsweredWhileInputWaitsAndCtrlCEnds() throws Exception {
        ProcessBuilder builder = command("predict", "--model", run);
        Process process = builder.redirectOutput(ProcessBuilder.Redirect.PIPE).start();
        BufferedWriter in = process.outputWriter();
        BufferedReader out = process.inputReader();
        in.write("Дождь\n");
        in.flush();
        assertEquals("row,label,probability,text", out.readLine());
        assertTrue(out.readLine().endsWith(",Дождь"));
        new ProcessBuilder("kill", "-INT", String.valueOf(process.pid()))
                .start()
                .waitFor();
        assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS));
        assertEquals(Main.INTERRUPTED, process.exitValue());
    }

    /** No failed test leaves a process behind. */
    @AfterEach
    void endWhatIsLeft() {
        ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
    }
}
