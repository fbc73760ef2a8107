package org.modernbert4j.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.deeplearning4j.text.tokenization.tokenizer.Tokenizer;
import org.deeplearning4j.text.tokenization.tokenizerfactory.TokenizerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PiecesTest {
    private static final String TEXT = "Лиса бежит через холм";
    private static final List<String> PIECES = List.of("Лиса", " бежит", " че", "рез", " холм");

    @TempDir
    static Path folder;

    private static HuggingFaceTokenizerFactory opened;

    @BeforeAll
    static void open() {
        opened = HuggingFaceTokenizerFactory.open(Fixture.trainInto(folder));
    }

    @AfterAll
    static void close() {
        opened.close();
    }

    @Test
    void piecesKeepTheSpaceBeforeThem() {
        assertEquals(PIECES, opened.create(TEXT).getTokens());
    }

    @Test
    void partsOfACharacterShowAsReplacementCharacter() {
        assertEquals(List.of("\uFFFD", "\uFFFD", "\uFFFD"), opened.create("語").getTokens());
    }

    @Test
    void handsOutPiecesOneByOne() {
        Tokenizer pieces = opened.create(TEXT);

        assertEquals(5, pieces.countTokens());
        assertEquals(PIECES.get(0), pieces.nextToken());
        assertEquals(PIECES, pieces.getTokens());
        PIECES.subList(1, 5).forEach(piece -> assertEquals(piece, pieces.nextToken()));
        assertFalse(pieces.hasMoreTokens());
        assertThrows(NoSuchElementException.class, pieces::nextToken);
    }

    @Test
    void readsStreamsAsUtf8() {
        assertEquals(
                PIECES,
                opened.create(new ByteArrayInputStream(TEXT.getBytes(StandardCharsets.UTF_8)))
                        .getTokens());
    }

    @Test
    void appliesThePreProcessor() {
        try (HuggingFaceTokenizerFactory own = HuggingFaceTokenizerFactory.open(folder)) {
            TokenizerFactory factory = own;
            factory.setTokenPreProcessor(piece -> piece.strip().toUpperCase(Locale.ROOT));

            Tokenizer pieces = factory.create(TEXT);
            assertEquals(List.of("ЛИСА", "БЕЖИТ", "ЧЕ", "РЕЗ", "ХОЛМ"), pieces.getTokens());
            assertEquals("ЛИСА", pieces.nextToken());
        }
    }

    @Test
    void emptyTextHasNoPieces() {
        assertEquals(List.of(), opened.create("").getTokens());
    }
}
