package org.modernbert4j.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.InputException;

class DatasetTest {
    private static final String TWO_ROWS = "text,label\nodin,a\ndva,b\n";
    private static final List<Example> TWO = List.of(new Example(0, "odin", "a"), new Example(1, "dva", "b"));

    @TempDir
    Path folder;

    @Test
    void readsColumnsInAnyOrderWithQuotesAndNewlines() throws IOException {
        Dataset dataset = read("id,label,text\n1,a,\"one, \"\"two\"\"\r\nthree\"\n2,b, x \"y\" \n");
        assertEquals(
                List.of(new Example(0, "one, \"two\"\r\nthree", "a"), new Example(1, 4, " x \"y\" ", "b")),
                dataset.examples());
        assertEquals(2, dataset.rows());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\uFEFFtext,label\nodin,a\ndva,b",
                "text;label\nodin;a\ndva;b\n",
                "text\tlabel\r\nodin\ta\r\ndva\tb\r\n",
                "\"text\";\"label\"\r\"odin\";\"a\"\r\"dva\";\"b\"\r",
                "a;b,text,label\n,odin,a\n,dva,b\n",
            })
    void readsDelimitersLineEndsAndByteOrderMark(String content) throws IOException {
        assertEquals(TWO, read(content).examples());
    }

    @Test
    void readsGzip() throws IOException {
        assertEquals(TWO, read(write("data.csv.gz", gzip(TWO_ROWS))).examples());
    }

    @Test
    void readsTheOnlyTableOfAZip() throws IOException {
        Path file = zip("data.zip", "readme.txt", "sub/", "sub/data.csv", "__MACOSX/sub/._data.csv");
        assertEquals(TWO, read(file).examples());
    }

    @Test
    void refusesAZipWithoutOneTable() throws IOException {
        assertError(zip("two.zip", "a.csv", "b.csv"), "found 2 tables [a.csv, b.csv], expected exactly one");
        assertError(zip("none.zip", "a.txt"), "found no .csv, .tsv or .jsonl file among [a.txt], expected exactly one");
    }

    @Test
    void refusesFilesThatUnpackToFarMoreThanText() throws IOException {
        String zeros = TWO_ROWS + "0".repeat(4 << 20);
        assertError(write("bomb.csv.gz", gzip(zeros)), "unpacks to more than 200 times its size");
    }

    @Test
    void refusesDamagedArchives() throws IOException {
        byte[] whole = gzip(TWO_ROWS.repeat(100));
        assertError(write("cut.gz", Arrays.copyOf(whole, whole.length / 2)), "cannot be read");
        byte[] packed = Files.readAllBytes(zip("whole.zip", "a.csv"));
        assertError(write("cut.zip", Arrays.copyOf(packed, packed.length - 30)), "its compressed data is damaged");
        packed[60] ^= 1;
        assertError(write("flipped.zip", packed), "its compressed data is damaged");
    }

    @Test
    void dropsRowsWithoutALabelOrTextAndCountsThem() throws IOException {
        Dataset dataset = read("text,label\nx,a\n,a\n\"\",\"\"\nNaN,b\ny,\"NA\"\nz\n nan ,b\n");
        assertEquals(List.of(new Example(0, "x", "a"), new Example(6, " nan ", "b")), dataset.examples());
        assertEquals(7, dataset.rows());
        assertEquals(3, dataset.withoutLabel());
        assertEquals(2, dataset.withoutText());
    }

    @Test
    void blankLinesAreNoRows() throws IOException {
        Dataset dataset = read("\n  \ntext,label\n\nx,a\n \t\n\r\ny,b\n\n");
        assertEquals(List.of(new Example(0, 5, "x", "a"), new Example(1, 8, "y", "b")), dataset.examples());
        assertEquals(2, dataset.rows());
    }

    @Test
    void refusesTheFirstMissingValueNamingItsLine() throws IOException {
        Path file = csv("text,label\n\"x\n\ny\",a\n\n\"p\nq\",null\n,\n");
        InputException error =
                assertThrows(InputException.class, () -> Dataset.read(file, "text", "label", MissingValues.REFUSE));
        assertEquals(
                file
                        + " line 6: column \"label\" is missing (\"null\"), expected a value; fill it in or delete the row",
                error.getMessage());
    }

    @Test
    void cellsOfWhiteSpaceAreValues() throws IOException {
        Dataset dataset = read("text,label\n  ,a\ny,\" \"\n\u00A0,b\n");
        assertEquals(
                List.of(new Example(0, "  ", "a"), new Example(1, "y", " "), new Example(2, "\u00A0", "b")),
                dataset.examples());
    }

    @Test
    void aNameThatSaysTabsIsReadWithTabsFirst() throws IOException {
        String both = "text,x\ttext\tlabel\tlabel,text\n1\todin\ta\t2\n3\tdva\tb\t4\n";
        byte[] bytes = both.getBytes(UTF_8);
        assertEquals(TWO, read(write("data.tsv", bytes)).examples());
        assertEquals(TWO, read(write("data.TSV.gz", gzip(both))).examples());
        assertEquals(TWO, read(write("commas.tsv", TWO_ROWS.getBytes(UTF_8))).examples());
    }

    @Test
    void readsJsonLinesPackedOrNot() throws IOException {
        String lines = "{\"label\": \"a\", \"text\": \"odin\"}\n{\"text\": \"dva\", \"label\": \"b\"}\n";
        List<Example> expected = List.of(new Example(0, 1, "odin", "a"), new Example(1, 2, "dva", "b"));
        assertEquals(expected, read(csv(lines)).examples());
        assertEquals(expected, read(csv("\uFEFF" + lines)).examples());
        assertEquals(expected, read(write("data.jsonl.gz", gzip(lines))).examples());
        assertEquals(
                expected,
                read(zip("data.zip", lines, new String[] {"readme.txt", "data.ndjson"}))
                        .examples());
    }

    @Test
    void refusesAnAbsentFileAndAFolder() throws IOException {
        assertError(folder.resolve("absent.csv"), "no such file, expected a table: CSV, JSON lines or Parquet, plain");
        assertError(Files.createDirectory(folder.resolve("folder.csv")), "is a folder");
    }

    @Test
    void goesByTheContentWhateverTheName() throws IOException {
        assertEquals(TWO, read(write("packed.csv", gzip(TWO_ROWS))).examples());
        assertEquals(TWO, read(write("plain.csv.gz", TWO_ROWS.getBytes(UTF_8))).examples());
        assertEquals(TWO, read(write("table", TWO_ROWS.getBytes(UTF_8))).examples());
        assertEquals(TWO, read(zip("zipped.csv", "a.csv")).examples());
    }

    @Test
    void refusesAMissingColumnListingThoseFound() throws IOException {
        assertError(csv("text,topic\nx,a\n"), "no column named \"label\" among [text, topic]");
    }

    @Test
    void refusesAColumnThatIsThereTwice() throws IOException {
        assertError(csv("text,label,text\nx,a,y\n"), "2 columns named \"text\" among [text, label, text]");
    }

    @Test
    void refusesAQuoteThatDoesNotCloseNamingTheLineOfItsRow() throws IOException {
        String[] broken = {"text,label\nx,a\n\"y,b\nz,c\n", "text,label\n\"x\n\",a\n\n\"y\"y,b\nz,\"\n"};
        assertError(csv(broken[0]), "line 3: the row that begins here has a quote that does not close");
        assertError(csv(broken[1]), "line 6: the row that begins here has a quote", "--quote none");
    }

    @Test
    void refusesARowWithTooManyFields() throws IOException {
        assertError(csv("text,label\n\"x\nx\",a\ny,b,c\n"), "line 4: found 3 fields, expected 2 as in the header");
    }

    @Test
    void refusesOtherEncodingsNamingTheLine() throws IOException {
        byte[] cyrillic = "text,label\nx,a\n\u041c\u0438\u0440,b\n".getBytes(Charset.forName("windows-1251"));
        assertError(write("cp1251.csv", cyrillic), "line 3: bytes that are not UTF-8", "iconv -f cp1251");
    }

    @Test
    void refusesAnEmptyFile() throws IOException {
        assertError(csv(""), "is empty, expected a header line and rows");
        assertError(csv("\n \n"), "is empty, expected a header line and rows");
    }

    @Test
    void refusesAHeaderAlone() throws IOException {
        assertError(csv("text,label\n\n"), "has a header and no rows");
    }

    @Test
    void refusesAFileWithNoRowLeft() throws IOException {
        assertError(csv("text,label\nx,\n,a\n"), "none of its 2 rows has both \"text\" and \"label\"");
    }

    private Dataset read(String content) throws IOException {
        return read(csv(content));
    }

    private static Dataset read(Path file) {
        return Dataset.read(file, "text", "label", MissingValues.DROP);
    }

    private static void assertError(Path file, String... parts) {
        String message = assertThrows(InputException.class, () -> read(file)).getMessage();
        assertTrue(message.startsWith(file.toString()), message);
        assertFalse(message.contains("\n"), message);
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    private Path csv(String content) throws IOException {
        return write("data.csv", content.getBytes(UTF_8));
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    private static byte[] gzip(String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream packed = new GZIPOutputStream(bytes)) {
            packed.write(content.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }

    private Path zip(String name, String... entries) throws IOException {
        return zip(name, TWO_ROWS, entries);
    }

    private Path zip(String name, String content, String[] entries) throws IOException {
        Path file = folder.resolve(name);
        try (ZipOutputStream packed = new ZipOutputStream(Files.newOutputStream(file))) {
            for (String entry : entries) {
                packed.putNextEntry(new ZipEntry(entry));
                packed.write(entry.endsWith("/") ? new byte[0] : content.getBytes(UTF_8));
            }
        }
        return file;
    }
}
