package org.modernbert4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Long work does not grow. The test runs a part of it; {@code -Dleaks.length=full} all of it. The Java heap is touched at the start, so
 * that what grows is not it.
 */
class LeaksTest {
    private static final boolean FULL = System.getProperty("leaks.length", "").equals("full");

    @TempDir
    private Path temp;

    @BeforeAll
    static void needsLinux() {
        assumeTrue(Memory.isTold(), "this system does not say what a process holds; Linux does, in /proc");
    }

    private List<String> run(Class<?> main, Map<String, String> environment, Object... arguments)
            throws IOException, InterruptedException {
        Path out = temp.resolve("out");
        Path err = temp.resolve("err");
        List<String> flags = List.of("-Xms192m", "-Xmx192m", "-XX:+AlwaysPreTouch", "-Dthreads=2");
        Process process = Jdk.present().start(main, flags, environment, out, err, arguments);
        boolean ended = process.waitFor(20, TimeUnit.MINUTES);
        process.destroyForcibly();
        assertEquals(0, ended ? process.exitValue() : -1, Files.readString(err));
        return Files.readAllLines(out);
    }

    /** Bytes after some of the work, then after more of it. */
    private List<Long> work(String kind, int count, int each) throws IOException, InterruptedException {
        Map<String, String> environment = Map.of("OMP_NUM_THREADS", "1");
        List<String> lines = run(Leaks.class, environment, kind, count, each, temp.resolve("work"));
        List<Long> bytes = lines.stream()
                .filter(line -> line.matches("\\d+ \\d+"))
                .map(line -> Long.valueOf(line.split(" ", -1)[1]))
                .toList();
        assertEquals(count / each, bytes.size());
        System.out.println("LeaksTest: MiB after each " + each + " " + kind + ": "
                + bytes.stream().map(number -> number >> 20).toList());
        return bytes;
    }

    /** In a short run the JVM still compiles, which takes some MiB at a time. */
    private static void assertFlat(List<Long> bytes, int after) {
        double begin = bytes.get(after);
        double end = bytes.get(bytes.size() - 1);
        assertTrue(end <= begin * (FULL ? 1.02 : 1.05), "grew by " + (end / begin - 1) + ": " + bytes);
    }

    /** Pools take their memory in the first third. */
    @Test
    void stepsOfRandomLengths() throws Exception {
        int count = FULL ? 3000 : 360;
        List<Long> bytes = work("steps", count, count / 6);
        assertFlat(bytes, 1);
    }

    /** The compilers' working memory, which the JVM does not tell, takes some 100 cycles to its full size. */
    @Test
    void loadingTrainingAndClosing() throws Exception {
        int count = FULL ? 220 : 10;
        List<Long> bytes = work("cycles", count, FULL ? 20 : 2);
        assertFlat(bytes, FULL ? 5 : 2);
    }

    /** The C library keeps small blocks that were freed; here it keeps none of those that arrays have. */
    @Test
    void closingGivesBackMemoryThreadsAndFilesAtOnce() throws Exception {
        Map<String, String> environment = Map.of("OMP_NUM_THREADS", "1", "MALLOC_MMAP_THRESHOLD_", "65536");
        int closed = 0;
        for (String line : run(Closing.class, environment, Files.createDirectory(temp.resolve("work")))) {
            String[] words = line.split(" ", -1);
            if (words[0].equals("closed")) {
                assertTrue(Integer.parseInt(words[2]) >= 50, line);
                assertTrue(Integer.parseInt(words[3]) <= 6, line);
                assertEquals("0 0", words[4] + " " + words[5], line);
                closed++;
            }
        }
        assertEquals(5, closed);
    }
}
