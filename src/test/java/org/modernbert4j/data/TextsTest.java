package org.modernbert4j.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.InputException;

class TextsTest {
    @TempDir
    Path folder;

    @Test
    void readsAColumn() throws IOException {
        Path file = csv("id,text\n1,x\n2,\n3,y\n");
        Texts texts = Texts.readTable(TableFile.of(file), "text", MissingValues.DROP);
        assertEquals(List.of(new Text(0, 2, "x"), new Text(2, 4, "y")), texts.texts());
        assertEquals(3, texts.rows());
        assertThrows(InputException.class, () -> Texts.readTable(TableFile.of(file), "text", MissingValues.REFUSE));
    }

    @Test
    void tellsBlankLinesFromQuotedBlanksInAOneColumnFile() throws IOException {
        Texts texts = Texts.readTable(TableFile.of(csv("text\nx\n \n\n\"\"\ny")), "text", MissingValues.DROP);
        assertEquals(List.of(new Text(0, 2, "x"), new Text(2, 6, "y")), texts.texts());
        assertEquals(3, texts.rows());
        Texts quoted = Texts.readTable(TableFile.of(csv("text\nx\n\" \"\n")), "text", MissingValues.DROP);
        assertEquals(List.of(new Text(0, 2, "x"), new Text(1, 3, " ")), quoted.texts());
    }

    @Test
    void refusesAColumnWithoutTexts() throws IOException {
        Path file = csv("id,text\n1,\n");
        assertThrows(InputException.class, () -> Texts.readTable(TableFile.of(file), "text", MissingValues.DROP));
    }

    @Test
    void readsLinesAsTheyAre() throws IOException {
        Path file = Files.writeString(folder.resolve("texts"), "\uFEFFone, \"two\"\r\n\n \t\nNA\r three ");
        Texts texts = Texts.readLines(file);
        assertEquals(List.of(new Text(0, "one, \"two\""), new Text(3, "NA"), new Text(4, " three ")), texts.texts());
        assertEquals(5, texts.rows());
    }

    @Test
    void refusesStreamsThatAreNotUtf8OrHoldNoText() {
        assertStreamError(new byte[] {'a', '\n', (byte) 0xD0, '\n'}, "standard input line 2: bytes that are not UTF-8");
        assertStreamError(" \n\n".getBytes(UTF_8), "standard input: holds no text");
    }

    @Test
    void refusesAnAbsentFile() {
        Path absent = folder.resolve("absent.txt");
        InputException error = assertThrows(InputException.class, () -> Texts.readLines(absent));
        assertTrue(error.getMessage().startsWith(absent + ": no such file"), error.getMessage());
    }

    private static void assertStreamError(byte[] bytes, String start) {
        InputException error = assertThrows(
                InputException.class, () -> Texts.readLines(new ByteArrayInputStream(bytes), "standard input"));
        assertTrue(error.getMessage().startsWith(start), error.getMessage());
    }

    private Path csv(String content) throws IOException {
        return Files.writeString(folder.resolve("data.csv"), content);
    }

    private List<String> texts(String name, String content) throws IOException {
        return Texts.read(TableFile.of(Files.writeString(folder.resolve(name), content)), "body").stream()
                .map(Text::text)
                .toList();
    }

    @Test
    void blankLinesStandBetweenParagraphs() throws IOException {
        assertEquals(
                List.of("Хоть убей,\nследа не видно.", "Сбились мы.", "Что делать нам?"),
                texts("poem.txt", "\n\nХоть убей,\r\nследа не видно.\r\n \t\r\nСбились мы.\n\n\n\nЧто делать нам?"));
    }

    @Test
    void withoutBlankLinesEachLineIsAText() throws IOException {
        assertEquals(List.of("раз", "два", "три"), texts("LINES.TXT", "\nраз\nдва\r\nтри\n\n"));
        assertEquals(List.of("один"), texts("one.txt", "один"));
    }

    @Test
    void aTableGivesAColumn() throws IOException {
        assertEquals(List.of("x", "y\n\nz"), texts("table.csv", "id,body\n1,x\n2,\n3,\"y\n\nz\"\n"));
    }
}
