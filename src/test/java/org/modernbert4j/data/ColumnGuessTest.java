package org.modernbert4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnGuessTest {
    @TempDir
    private Path temp;

    private final List<String> notes = new ArrayList<>();

    private TableFile table(String header) throws IOException {
        return TableFile.of(Files.writeString(temp.resolve("data"), header.replace("\\t", "\t") + "\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id,text,label | | | text,label |",
                "id,text,topic | | | text,topic | the labels from column \"topic\"",
                "content,id,topic | | | content,topic | the texts from column \"content\" and the labels from column \"topic\"",
                "Review;Stars | | | Review,Stars | the texts from column \"Review\" and the labels from column \"Stars\"",
                "title\\tcategory\\tx | | | title,category | the texts from column \"title\" and the labels from column \"category\"",
                "body,label | | | body,label | the texts from column \"body\"",
                "text,what | | | text,what | the labels from column \"what\"",
                "topic,title,id | title | | title,topic | the labels from column \"topic\"",
                "topic,class,text | | class | text,class |",
                "a,b | a | | a,b | the labels from column \"b\"",
                "title,content,topic | | | text,label |",
                "text,topic,class | | | text,label |",
                "a,b | | | text,label |",
                "body | | | text,label |",
            })
    void findsTextsAndLabels(String header, String text, String label, String found, String note) throws IOException {
        Reading.Columns columns =
                ColumnGuess.labelled(table(header), Optional.ofNullable(text), Optional.ofNullable(label), notes::add);
        assertEquals(found, columns.text() + "," + columns.label());
        assertNote(note);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id,text | text |",
                "id;Sentence;topic | Sentence | the texts from column \"Sentence\"",
                "body,label | body | the texts from column \"body\"",
                "body | body | the texts from column \"body\"",
                "id,body | text |",
                "title,content | text |",
                "{\"id\": 1, \"message\": \"x\"} | message | the texts from column \"message\"",
            })
    void findsTexts(String header, String found, String note) throws IOException {
        assertEquals(found, ColumnGuess.text(table(header), notes::add));
        assertNote(note);
    }

    private void assertNote(String note) {
        List<String> expected = note == null ? List.of() : List.of(temp.resolve("data") + ": reads " + note);
        assertEquals(expected, notes);
    }
}
