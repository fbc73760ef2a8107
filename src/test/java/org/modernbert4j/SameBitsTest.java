package org.modernbert4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same work gives the same bytes: in each process, on each JDK that is installed, before its compilers have come to a loop and
 * afterwards, with one thread and with two, and whatever the native libraries think of the number of processors.
 */
class SameBitsTest {
    private static final List<Integer> TESTED = List.of(17, 21, 25);
    private static final int MINUTES = 5;

    /** How often each process does the work with each number of threads; all but the first time runs what the compilers made. */
    private static final int ROUNDS = Integer.getInteger("same.bits.rounds", 1);

    /** Of each file, the hashes that were found, and by which processes. */
    private static final Map<Integer, Map<String, Map<String, Set<String>>>> HASHES = new TreeMap<>();

    @TempDir
    private static Path temp;

    private record Worker(int feature, String name, Process process, Path out, Path err) {}

    @BeforeAll
    static void work() throws IOException, InterruptedException {
        for (Jdk jdk : jdks()) {
            List<Worker> both = new ArrayList<>();
            both.add(start(jdk, "compiled", List.of(), "1", ROUNDS, "1", "2"));
            both.add(start(jdk, "hardly compiled", List.of("-XX:TieredStopAtLevel=1"), "3", 1, "2"));
            for (Worker worker : both) {
                collect(worker);
            }
        }
    }

    private static List<Jdk> jdks() {
        Map<Integer, Jdk> installed = Jdk.installed();
        Set<Integer> wanted = new TreeSet<>(TESTED);
        wanted.retainAll(installed.keySet());
        wanted.add(Jdk.present().feature());
        return wanted.stream().map(installed::get).toList();
    }

    private static Worker start(
            Jdk jdk, String name, List<String> flags, String openMpThreads, int rounds, String... threads)
            throws IOException {
        Path folder = Files.createDirectories(temp.resolve(jdk.feature() + " " + name));
        List<Object> arguments = new ArrayList<>(List.of(folder.resolve("work"), rounds));
        arguments.addAll(List.of(threads));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = jdk.start(
                SameBits.class, flags, Map.of("OMP_NUM_THREADS", openMpThreads), out, err, arguments.toArray());
        return new Worker(jdk.feature(), "JDK " + jdk.feature() + ", " + name, process, out, err);
    }

    private static void collect(Worker worker) throws IOException, InterruptedException {
        boolean ended = worker.process.waitFor(MINUTES, TimeUnit.MINUTES);
        worker.process.destroyForcibly();
        String err = Files.readString(worker.err, StandardCharsets.UTF_8);
        assertEquals(0, ended ? worker.process.exitValue() : -1, worker.name + ": " + err);
        for (String line : Files.readAllLines(worker.out, StandardCharsets.UTF_8)) {
            String[] parts = line.split(" ", -1);
            if (parts[0].equals("hash")) {
                HASHES.computeIfAbsent(worker.feature, feature -> new TreeMap<>())
                        .computeIfAbsent(parts[1], file -> new TreeMap<>())
                        .computeIfAbsent(parts[2], hash -> new TreeSet<>())
                        .add(worker.name);
            }
        }
    }

    @Test
    void onOneJdk() {
        HASHES.forEach((feature, files) -> {
            assertFalse(files.isEmpty(), "JDK " + feature + " left no files");
            files.forEach((file, hashes) -> assertEquals(1, hashes.size(), file + " differs: " + hashes));
        });
    }

    @Test
    void onAllJdks() {
        assumeTrue(
                HASHES.size() > 1,
                "found JDK " + HASHES.keySet() + " only; install others of " + TESTED
                        + ", or name them in JAVA_HOME_25");
        Map<String, Map<String, Set<Integer>>> jdks = new TreeMap<>();
        HASHES.forEach((feature, files) -> files.forEach(
                (file, hashes) -> hashes.keySet().forEach(hash -> jdks.computeIfAbsent(file, key -> new TreeMap<>())
                        .computeIfAbsent(hash, key -> new TreeSet<>())
                        .add(feature))));
        jdks.forEach((file, hashes) -> assertEquals(1, hashes.size(), file + " differs between JDKs: " + hashes));
    }

    @AfterAll
    static void tell() {
        System.out.println("SameBitsTest: compared JDKs " + HASHES.keySet() + " of " + TESTED);
    }
}
