package org.modernbert4j.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.modernbert4j.TemporaryNames;

/**
 * Runs on each JDK of this machine whose processes are killed, by turns at a change of a file and at any moment, each time anew after
 * they went on. What they leave at the end is what a run leaves that nobody disturbs. {@code -Dkills=60} kills more often.
 */
class InterruptionTest {
    private static final int KILLS = Integer.getInteger("kills", 10);
    private static final List<String> KINDS = List.of("train", "pretrain");
    private static final int LEAST_KILLS = 10;
    private static final int STEPS = 18;
    private static final int LONGEST_DELAY_MS = 30;

    @TempDir
    private Path temp;

    /** What a process did. */
    private record Ended(int code, int changes) {
        boolean finished() {
            return code == 0;
        }
    }

    /** Each JDK and each kind of run; where there are few kills, not each JDK with each kind. */
    private static Stream<Arguments> processes() {
        List<Jdk> jdks = Jdk.all();
        int pairs = Math.min(jdks.size() * KINDS.size(), Math.max(Math.max(2, jdks.size()), KILLS / LEAST_KILLS));
        return IntStream.range(0, pairs)
                .mapToObj(i -> Arguments.of(
                        jdks.get(i % jdks.size()),
                        KINDS.get((i + i / jdks.size()) % KINDS.size()),
                        KILLS / pairs + (i < KILLS % pairs ? 1 : 0)));
    }

    @ParameterizedTest(name = "{0}, {1}, {2} kills")
    @MethodSource("processes")
    void aKilledRunGoesOnToTheSameBytes(Jdk jdk, String kind, int kills) throws Exception {
        Path whole = temp.resolve("whole");
        Ended undisturbed = run(jdk, kind, whole, 0, -1, 0);
        assertTrue(undisturbed.finished(), () -> error(whole));
        Random random = new Random(31L * jdk.feature() + kind.length());
        int killed = 0;
        for (int round = 0; killed < kills; round++) {
            Path folder = temp.resolve("run-" + round);
            List<String> how = new ArrayList<>();
            Ended ended = new Ended(HaltingFiles.HALTED, 0);
            while (!ended.finished()) {
                int haltAt = 0;
                int killAfter = -1;
                if (killed < kills && killed % 2 == 0) {
                    haltAt = 1 + random.nextInt(undisturbed.changes);
                    how.add("at change " + haltAt);
                } else if (killed < kills) {
                    killAfter = random.nextInt(STEPS);
                    how.add("after step " + killAfter);
                }
                ended = run(jdk, kind, folder, haltAt, killAfter, random.nextInt(LONGEST_DELAY_MS));
                killed += ended.finished() ? 0 : 1;
            }
            assertSame(whole, folder, jdk + ", " + kind + ", killed " + how);
        }
    }

    /**
     * Runs a process to its end.
     *
     * @param killAfter the step after which it is killed, if it comes to it; -1 for none
     * @param delay milliseconds from there on
     */
    private static Ended run(Jdk jdk, String kind, Path folder, int haltAt, int killAfter, int delay) throws Exception {
        Process process = RunProcess.start(jdk, kind, folder, haltAt);
        int changes = 0;
        boolean killed = false;
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(RunProcess.CHANGES)) {
                    changes = Integer.parseInt(line.substring(RunProcess.CHANGES.length()));
                } else if (!killed
                        && killAfter >= 0
                        && line.startsWith(RunProcess.STEP)
                        && Integer.parseInt(line.substring(RunProcess.STEP.length())) >= killAfter) {
                    Thread.sleep(delay);
                    process.destroyForcibly();
                    killed = true;
                }
            }
        } catch (IOException e) {
            assertTrue(killed, e::toString); // its end closes the stream
        }
        int code = process.waitFor();
        assertTrue(code == 0 || killed || code == HaltingFiles.HALTED, () -> code + ": " + error(folder));
        return new Ended(code, changes);
    }

    private static String error(Path folder) {
        return Runs.text(folder.getParent(), folder.getFileName() + ".err");
    }

    private static void assertSame(Path whole, Path run, String how) throws IOException {
        Map<String, byte[]> expected = results(whole);
        Map<String, byte[]> found = results(run);
        assertEquals(expected.keySet(), found.keySet(), how);
        expected.forEach((file, bytes) -> assertArrayEquals(bytes, found.get(file), () -> file + ": " + how));
    }

    /** All that a run leaves but for reports, its settings, and seconds. */
    private static Map<String, byte[]> results(Path folder) throws IOException {
        Map<String, byte[]> results = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = folder.relativize(file).toString();
                boolean unfinished =
                        name.contains(".partial") || name.contains(".old") || TemporaryNames.isTemporary(file);
                boolean tells = name.matches("run.json|report.html|(model/)?README.md") || name.endsWith("SHA256SUMS");
                if (!unfinished && !tells) {
                    results.put(name, withoutSeconds(name, Files.readAllBytes(file)));
                }
            }
        }
        return results;
    }

    private static byte[] withoutSeconds(String name, byte[] bytes) {
        if (name.endsWith("trainer_state.json")) {
            return new String(bytes, UTF_8)
                    .lines()
                    .filter(line -> !line.matches(" *\"(seconds|seconds_since_log|train_runtime|eval_runtime)\".*"))
                    .collect(Collectors.joining("\n"))
                    .getBytes(UTF_8);
        }
        String text = new String(bytes, UTF_8);
        if (name.equals("metrics.csv") && text.startsWith("step,loss,learning_rate,tokens,seconds,")) {
            return text.lines()
                    .map(line -> line.split(",", -1))
                    .map(cells -> {
                        cells[4] = "";
                        return String.join(",", cells);
                    })
                    .collect(Collectors.joining("\n"))
                    .getBytes(UTF_8);
        }
        return bytes;
    }
}
