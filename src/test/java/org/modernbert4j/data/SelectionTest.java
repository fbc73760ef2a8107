package org.modernbert4j.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.InputException;

/** The rows and labels of a training run, and what is said of the others. */
class SelectionTest {
    @TempDir
    private Path temp;

    /** Sorting, printing, missing words and the split are those of pandas and scikit-learn. */
    @Test
    void readsColumnsOfLabelsAsPandas() throws IOException {
        for (SamplingGolden.Column expected : SamplingGolden.load().columns()) {
            String rows = expected.words().stream()
                    .map(word -> "text,\"" + word + "\"\n")
                    .collect(Collectors.joining());
            Path file = Files.writeString(temp.resolve("column.csv"), "text,label\n" + rows, UTF_8);
            Reading reading = new Reading(
                    CsvFormat.USUAL,
                    new Reading.Columns("text", "label"),
                    LabelType.AUTO,
                    MissingValues.DROP,
                    expected.keepNa());
            Selection found = Selection.of(new LabelledData(
                    List.of(file),
                    reading,
                    Set.of(),
                    1,
                    OptionalInt.empty(),
                    new Held.Share(0.4),
                    Optional.empty(),
                    42));
            String name = expected.name() + ", keep " + expected.keepNa();
            assertEquals(expected.train(), rows(found.train()), name);
            assertEquals(expected.test(), rows(found.validation()), name);
            List<String> labels = Stream.concat(
                            found.train().examples().stream(), found.validation().examples().stream())
                    .sorted(Comparator.comparing(Example::row))
                    .map(Example::label)
                    .toList();
            assertEquals(expected.labels(), labels, name);
        }
    }

    private static List<Integer> rows(Selection.Part part) {
        return part.examples().stream().map(Example::row).toList();
    }

    @Test
    void textStaysTextWhereItIsAskedFor() throws IOException {
        Path file = table("a.csv", "1", "01", "2", "1", "01", "2");
        Reading text = new Reading(
                CsvFormat.USUAL, new Reading.Columns("text", "label"), LabelType.TEXT, MissingValues.DROP, false);
        assertEquals(
                List.of("1", "01", "2"), Selection.of(data(file, text)).labels().names());
        assertEquals(
                List.of("1", "2"),
                Selection.of(data(file, Reading.of("text", "label"))).labels().names());
    }

    /** Two decimals of 17 digits are as near to this number; Python takes the even one. */
    @Test
    void aNumberBetweenTwoDecimalsIsPrintedAsPythonDoes() {
        assertEquals("1125899906842624.2", LabelColumn.REAL.print("1125899906842624.25"));
    }

    @Test
    void excludedLabelsAreThoseThatArePrinted() throws IOException {
        Path file = table("a.csv", "1", "2", "3", "1", "2", "3", "");
        LabelledData all = data(file, Reading.of("text", "label"));
        Selection some = Selection.of(all.without(Set.of("2.0", "3")));
        assertEquals(List.of("1.0", "3.0"), some.labels().names());
        assertEquals(
                List.of(file
                        + ": no text has the excluded label 3; the label is \"3.0\" here, as pandas types the column"),
                some.notes());
        assertEquals(
                file + ": 7 rows, of which 3 are left out: 1 without a label, 2 with an excluded label",
                some.rows().get(0).toString());
    }

    @Test
    void aWordThatCountsAsMissingIsNamed() throws IOException {
        Path file = table("a.csv", "None", "x", "y", "None", "x", "y");
        Selection without = Selection.of(data(file, Reading.of("text", "label")));
        assertEquals(
                List.of(file
                        + ": 2 rows have the label \"None\", which counts as missing; add --keep-na if it is a label"),
                without.notes());
        Reading keeping = new Reading(
                CsvFormat.USUAL, new Reading.Columns("text", "label"), LabelType.AUTO, MissingValues.DROP, true);
        assertEquals(
                List.of("None", "x", "y"),
                Selection.of(data(file, keeping)).labels().names());
    }

    @Test
    void severalFilesAreOneTable() throws IOException {
        Path first = table("a.csv", "x", "y", "x");
        Path second = table("b.csv", "y", "x", "z");
        LabelledData data = new LabelledData(
                List.of(first, second),
                Reading.of("text", "label"),
                Set.of("z"),
                1,
                OptionalInt.empty(),
                new Held.InFile(table("v.csv", "y", "x", "z")),
                Optional.of(table("t.csv", "x", "y")),
                42);
        Selection found = Selection.of(data);
        assertEquals(List.of(0, 1, 2, 3, 4), rows(found.train()));
        assertEquals(second + " line 3", found.train().tables().place(4, 3));
        assertEquals(first + " line 4", found.train().tables().place(2, 4));
        assertEquals(List.of(0, 1), rows(found.validation()));
        assertEquals(List.of(0, 1), rows(found.test().orElseThrow()));
        assertEquals(3, found.rows().size());
        assertEquals(
                List.of(
                        temp.resolve("v.csv")
                                + ": 2 of its 2 texts are training texts too, so that it says less of new texts; take"
                                + " them out of one",
                        temp.resolve("t.csv")
                                + ": 2 of its 2 texts are training texts too, so that it says less of new texts; take"
                                + " them out of one",
                        temp.resolve("t.csv")
                                + ": 2 of its 2 texts are validation texts too, so that it says less of new texts; take"
                                + " them out of one"),
                found.notes());
    }

    @Test
    void aLabelThatIsNotLearntIsRefusedWithItsLine() throws IOException {
        Path file = table("a.csv", "1", "2", "1", "2");
        Path other = table("v.csv", "1", "2.0", "7");
        LabelledData data = new LabelledData(
                List.of(file),
                Reading.of("text", "label"),
                Set.of(),
                1,
                OptionalInt.empty(),
                new Held.InFile(other),
                Optional.empty(),
                42);
        InputException error = assertThrows(InputException.class, () -> Selection.of(data));
        assertEquals(
                other + " line 4: found the label \"7\", which no training text of " + file
                        + " has, expected one of its 2 labels; correct it, take the row out, or"
                        + " leave the label out with --exclude-labels",
                error.getMessage());
    }

    @Test
    void refusesNoFile() {
        Reading reading = Reading.of("text", "label");
        Held share = new Held.Share(0.5);
        assertThrows(
                InputException.class,
                () -> new LabelledData(
                        List.of(), reading, Set.of(), 1, OptionalInt.empty(), share, Optional.empty(), 42));
    }

    @Test
    void aListOfLabelsIsARowOfCells() {
        assertEquals(List.of("a", "b"), Csv.cells("a,b"));
        assertEquals(
                List.of("Наука, техника", "Спорт", "да \"нет\""),
                Csv.cells("\"Наука, техника\",Спорт,\"да \"\"нет\"\"\""));
        assertThrows(InputException.class, () -> Csv.cells("\"a,b"));
    }

    private static LabelledData data(Path file, Reading reading) {
        return new LabelledData(
                List.of(file), reading, Set.of(), 1, OptionalInt.empty(), new Held.Share(0.5), Optional.empty(), 42);
    }

    private Path table(String name, String... labels) throws IOException {
        String rows = IntStream.range(0, labels.length)
                .mapToObj(row -> "text " + row + "," + labels[row] + "\n")
                .collect(Collectors.joining());
        return Files.writeString(temp.resolve(name), "text,label\n" + rows, UTF_8);
    }
}
