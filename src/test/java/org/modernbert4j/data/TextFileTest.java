package org.modernbert4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFileTest {
    @TempDir
    private Path folder;

    private List<String> texts(String name, String content) throws IOException {
        return TextFile.read(Files.writeString(folder.resolve(name), content), "body")
                .texts();
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
