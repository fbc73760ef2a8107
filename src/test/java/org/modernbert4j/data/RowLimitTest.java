package org.modernbert4j.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.InputException;

/** A file with many rows takes the memory of what is kept, and no more rows than allowed. */
class RowLimitTest {
    @TempDir
    private Path temp;

    @AfterEach
    void takeAway() {
        System.clearProperty(RowLimit.PROPERTY);
    }

    private Path table(int rows) throws IOException {
        StringBuilder table = new StringBuilder("topic,text\n");
        IntStream.range(0, rows)
                .forEach(i -> table.append(i % 2 == 0 ? "a,x" : "b,y").append(i).append('\n'));
        return Files.writeString(temp.resolve("data.csv"), table, UTF_8);
    }

    private static LabelledData data(Path file, double sample, OptionalInt limit) {
        return new LabelledData(
                List.of(file),
                Reading.of("text", "topic"),
                Set.of("c"),
                sample,
                limit,
                new Held.Share(0.2),
                Optional.empty(),
                42);
    }

    private static Selection select(Path file, double sample, OptionalInt limit) {
        return Selection.of(
                data(file, sample, limit),
                drawn -> new Sampling.Split(drawn.examples(), drawn.examples().subList(0, 1)));
    }

    @Test
    void refusesOneRowTooMany() throws IOException {
        Path file = table(6);
        System.setProperty(RowLimit.PROPERTY, "5");
        InputException error = assertThrows(InputException.class, () -> select(file, 1, OptionalInt.empty()));
        assertEquals(
                file + ": has more than 5 rows, expected at most that many; give a part of it, or allow N rows with"
                        + " -Ddata.rows=N before -jar",
                error.getMessage());
        assertThrows(InputException.class, () -> Texts.readLines(file));
        System.setProperty(RowLimit.PROPERTY, "6");
        assertEquals(6, select(file, 1, OptionalInt.empty()).rows().get(0).rows());
        System.setProperty(RowLimit.PROPERTY, "0");
        assertThrows(InputException.class, () -> select(file, 1, OptionalInt.empty()));
    }

    @Test
    void rowsThatAreNotKeptHaveNoLimit() throws IOException {
        System.setProperty(RowLimit.PROPERTY, "5");
        RowStream<Text> rows = RowStream.ofColumn(TableFile.of(table(10_000)), "text", false);
        assertEquals(10_000, rows.rows().orElseThrow());
        List<Integer> parts = new ArrayList<>();
        List<Integer> found = new ArrayList<>();
        rows.inParts(false, part -> {
            parts.add(part.size());
            part.forEach(text -> found.add(text.row()));
        });
        assertEquals(IntStream.range(0, 10_000).boxed().toList(), found);
        assertEquals(List.of(4096, 4096, 1808), parts);
    }

    /** The texts that are kept are those that all texts in memory would give. */
    @Test
    void aStreamGivesTheSameSample() throws IOException {
        Path file = table(1000);
        List<Example> all =
                Dataset.read(file, "text", "topic", MissingValues.DROP).examples();
        assertEquals(
                Samples.of(all, 0.25, 42),
                select(file, 0.25, OptionalInt.empty()).train().examples());
        assertEquals(
                Samples.of(all, 0.25, 42).subList(0, 10),
                select(file, 0.25, OptionalInt.of(10)).train().examples());
        assertEquals(
                all.subList(0, 7), select(file, 1, OptionalInt.of(7)).train().examples());
    }

    /** Each row costs some garbage, and no more for being far from the beginning: nothing grows with the rows. */
    @Test
    void aLimitedSelectionKeepsNothingElse() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Path file = table(200_000);
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        Selection selection = select(file, 1, OptionalInt.of(10));
        long aRow = (threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before) / 200_000;
        assertEquals(10, selection.train().examples().size());
        assertEquals(200_000, selection.rows().get(0).rows());
        assertTrue(aRow < 3000, aRow + " bytes a row");
    }
}
