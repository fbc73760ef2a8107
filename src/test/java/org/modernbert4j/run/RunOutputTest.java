package org.modernbert4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.FileHash;
import org.modernbert4j.FileSizes;
import org.modernbert4j.InputException;
import org.modernbert4j.OutputFolder.Room;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.task.SingleLabel;

/** What a run's folder may hold before the run, and what happens to it. */
class RunOutputTest {
    @TempDir
    private static Path shared;

    private static Path finished;

    @TempDir
    private Path temp;

    @BeforeAll
    static void train() {
        finished = shared.resolve("run");
        Runs.small(finished).start(RunListener.NONE);
    }

    /** All files below a folder with their hashes. */
    private static SortedMap<String, String> content(Path folder) throws IOException {
        SortedMap<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                String name = folder.relativize(file).toString().replace('\\', '/');
                content.put(name, Files.isDirectory(file) ? "folder" : FileHash.sha256(file));
            }
        }
        return content;
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
        return to;
    }

    private static void write(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "theirs");
    }

    private static void assertRefused(Path output, Run.Builder<?> run, String... parts) throws IOException {
        SortedMap<String, String> before = Files.isDirectory(output) ? content(output) : new TreeMap<>();
        for (boolean replaces : List.of(false, true)) {
            String found = assertThrows(
                            InputException.class, () -> run.build().start(replaces, RunListener.NONE, Room.OF_DISK))
                    .getMessage();
            for (String part : parts) {
                assertTrue(found.contains(part), found);
            }
        }
        assertEquals(before, Files.isDirectory(output) ? content(output) : new TreeMap<>());
    }

    @Test
    void refusesAFolderOfOthersAndTouchesNothing() throws IOException {
        Path output = temp.resolve("theirs");
        for (String file : List.of(
                "README.md", "metrics.csv", "predictions.csv", "report.html", "best/notes.txt", "checkpoint-1/x")) {
            write(output.resolve(file));
        }
        assertRefused(
                output,
                Runs.small(output),
                output + ": found README.md in it but no run, expected a folder that is empty or not there yet");
        Files.writeString(output.resolve("run.json"), "{\"theirs\": true}");
        assertRefused(output, Runs.small(output), "but no run");
    }

    @Test
    void refusesToWriteWhereItReads() throws IOException {
        Path model = TinyCheckpoint.copyTo(temp.resolve("model"));
        Path data = Files.copy(TinyCheckpoint.DATA, temp.resolve("data.csv"));
        SingleLabel task = SingleLabel.of(LabelledData.of(data, "text", "topic"));
        assertRefused(model, Run.builder(model, task, model), model + ": found config.json in it but no run");
        Path within = model.resolve("run");
        assertRefused(model, Run.builder(model, task, within), within + ": lies in what is read (" + model + ")");
        assertRefused(data, Run.builder(model, task, data), data + ": found a file, expected a folder");
        // a run may be replaced, but not one that is read
        Path run = copy(finished, temp.resolve("run"));
        Path best = run.resolve("best");
        String holds = run + ": holds what is read (" + best + ")";
        Run<ClassificationMetrics> own = Run.builder(best, task, run).build();
        assertTrue(assertThrows(InputException.class, () -> own.replace(RunListener.NONE))
                .getMessage()
                .startsWith(holds));
        assertEquals(content(finished), content(run));
    }

    @Test
    void seesInputsBehindLinks() throws IOException {
        assumeFalse(System.getProperty("os.name").startsWith("Windows"), "links need a privilege there");
        Path model = TinyCheckpoint.copyTo(temp.resolve("model"));
        Path link = Files.createSymbolicLink(temp.resolve("link"), model);
        assertRefused(model, Run.builder(model, Runs.task(), link), link.toString());
        assertRefused(model, Run.builder(model, Runs.task(), link.resolve("run")), "lies in what is read");
    }

    @Test
    void refusesASecondRunInTheSameFolder() {
        Path output = temp.resolve("run");
        AtomicReference<String> start = new AtomicReference<>();
        AtomicReference<String> resume = new AtomicReference<>();
        Runs.small(output).start(new RunListener() {
            @Override
            public void saved(Path folder) {
                start.set(assertThrows(
                                InputException.class,
                                () -> Runs.small(output).build().replace(RunListener.NONE))
                        .getMessage());
                resume.set(assertThrows(InputException.class, () -> Run.resume(output, RunListener.NONE))
                        .getMessage());
            }
        });
        String expected = output + ": found that it is being written (this process), expected a folder that nobody"
                + " writes; wait until that ends, or use another folder";
        assertEquals(expected, start.get());
        assertEquals(expected, resume.get());
        assertTrue(Run.resume(output, RunListener.NONE).finished(), "free again");
    }

    @Test
    void replacesARunByNameAndLast() throws IOException {
        Path run = copy(finished, temp.resolve("run"));
        List<String> theirs = List.of("notes.txt", "best/notes.txt", "checkpoint-12/plots/x", "result.json");
        for (String file : theirs) {
            write(run.resolve(file));
        }
        SortedMap<String, String> before = content(run);
        SingleLabel unusable = SingleLabel.of(LabelledData.of(TinyCheckpoint.DATA, "text", "no such label"));
        Run<ClassificationMetrics> failing =
                Run.builder(TinyCheckpoint.MODEL, unusable, run).build();
        assertThrows(InputException.class, () -> failing.replace(RunListener.NONE));
        assertEquals(before, content(run));

        Runs.small(run).training(training -> training.epochs(1)).build().replace(RunListener.NONE);
        for (String file : theirs) {
            assertEquals("theirs", Files.readString(run.resolve(file)));
        }
        assertEquals(
                List.of("plots"),
                content(run.resolve("checkpoint-12")).keySet().stream()
                        .filter(name -> !name.isEmpty() && !name.contains("/"))
                        .toList());
        assertEquals(run.resolve("checkpoint-6"), RunFolder.lastCheckpoint(run));
        assertEquals(1, Runs.text(run, "metrics.csv").lines().skip(1).count());
    }

    @Test
    void refusesADiskThatIsTooSmallBeforeItTrains() throws IOException {
        Path output = temp.resolve("runs").resolve("run");
        Run<ClassificationMetrics> run = Runs.small(output).build();
        String found = assertThrows(InputException.class, () -> run.start(false, RunListener.NONE, folder -> 1 << 16))
                .getMessage();
        assertTrue(found.startsWith(output + ": found 0.1 MiB free on its disk, expected "), found);
        assertTrue(found.contains("for 2 checkpoints and 2 models"), found);
        assertEquals(List.of(""), List.copyOf(content(temp).keySet()));

        Path copy = copy(finished, temp.resolve("copy"));
        assertThrows(InputException.class, () -> Runs.small(copy).build().start(true, RunListener.NONE, folder -> 1));
        assertEquals(content(finished), content(copy));
    }

    @Test
    void countsTheRoomOfAllCheckpointsThereCanBe() {
        Run<ClassificationMetrics> run = Runs.small(temp.resolve("run"))
                .training(training -> training.saving(Saving.steps(1).withKeep(Integer.MAX_VALUE)))
                .build();
        String found = assertThrows(InputException.class, () -> run.start(false, RunListener.NONE, folder -> 1 << 16))
                .getMessage();
        assertTrue(found.contains("for 12 checkpoints and 2 models"), found);
    }

    /** What a run of two epochs takes at its widest: its two checkpoints, and the best model beside the one before. */
    @Test
    void countsTheRoomThatARunTakes() throws IOException {
        Path mixed = copy(finished, temp.resolve("mixed"));
        write(mixed.resolve("best").resolve("notes.txt"));
        assertEquals(RunFolder.bytes(finished), RunFolder.bytes(mixed), "no room comes of files of others");
        long taken = RunFolder.bytes(finished)
                + FileSizes.of(finished.resolve("best").resolve("model.safetensors"));
        Path output = temp.resolve("run");
        Run<ClassificationMetrics> run = Runs.small(output).build();
        assertThrows(InputException.class, () -> run.start(false, RunListener.NONE, folder -> taken - taken / 10));
        RunListener atOnce = Runs.stopAfter(0);
        run.start(false, atOnce, folder -> taken);
        assertTrue(Files.exists(output.resolve("run.json")));
    }

    @Test
    void writesOnlyFilesThatItKnows() throws IOException {
        Path run = copy(finished, temp.resolve("run"));
        RunFolder.clear(run);
        assertEquals(
                List.of("", "metrics.csv", "run.json"), List.copyOf(content(run).keySet()));
    }

    @Test
    void aResumedRunPutsInOrderWhatAKilledOneLeft() throws IOException {
        Path run = copy(finished, temp.resolve("run"));
        copy(finished.resolve("best"), run.resolve("best.partial"));
        copy(finished.resolve("checkpoint-12"), run.resolve("checkpoint-18.partial"));
        Files.move(run.resolve("best"), run.resolve("best.old"));
        write(run.resolve(".metrics.csv.1-2.modernbert4j"));
        Files.setLastModifiedTime(run.resolve(".metrics.csv.1-2.modernbert4j"), FileTime.fromMillis(0));
        copy(finished.resolve("checkpoint-6"), run.resolve("checkpoint-3.removed"));
        write(run.resolve(".lock.modernbert4j"));
        Run.resume(run, RunListener.NONE);
        assertEquals(content(finished).keySet(), content(run).keySet());
        assertEquals(content(finished.resolve("best")), content(run.resolve("best")));
    }
}
