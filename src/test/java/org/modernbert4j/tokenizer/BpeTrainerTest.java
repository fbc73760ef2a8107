package org.modernbert4j.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.InputException;
import org.modernbert4j.Progress;
import org.modernbert4j.json.JsonFile;
import org.modernbert4j.json.JsonValue;

class BpeTrainerTest {
    @TempDir
    Path folder;

    @Test
    void learnsTheMergesOfHuggingFacesTrainer() throws IOException {
        Fixture.trainInto(folder);

        assertEquals(Fixture.GOLDEN.merges(), merges(folder));
    }

    @Test
    void theOrderOfTheTextsDoesNotMatter() throws IOException {
        List<String> reversed = new ArrayList<>(Fixture.CORPUS);
        Collections.reverse(reversed);
        BpeTrainer.train(reversed, Fixture.GOLDEN.vocabularySize(), folder, Progress.NONE);

        assertEquals(Fixture.GOLDEN.merges(), merges(folder));
    }

    @Test
    void stopsWhenNothingIsLeftToJoin() {
        BpeTrainer.train(List.of("abc abc"), 1000, folder, Progress.NONE);

        try (HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(folder)) {
            assertEquals(261 + 3, tokenizer.vocabularySize());
            assertEquals(List.of("abc", " abc"), tokenizer.create("abc abc").getTokens());
        }
    }

    @Test
    void reportsEachTokenLearned() {
        List<Long> done = new ArrayList<>();
        BpeTrainer.train(Fixture.CORPUS, 264, folder, (finished, total) -> {
            assertEquals(3, total);
            done.add(finished);
        });

        assertEquals(List.of(1L, 2L, 3L), done);
    }

    @Test
    void refusesAVocabularyWithoutRoomForTheBytes() {
        InputException e =
                assertThrows(InputException.class, () -> BpeTrainer.train(Fixture.CORPUS, 260, folder, Progress.NONE));

        assertTrue(e.getMessage().contains("260") && e.getMessage().contains("261"), e.getMessage());
    }

    @Test
    void refusesAFolderThatIsAFile() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        InputException e =
                assertThrows(InputException.class, () -> BpeTrainer.train(Fixture.CORPUS, 300, file, Progress.NONE));

        assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
    }

    private static List<List<String>> merges(Path folder) {
        return JsonFile.read(folder.resolve("tokenizer.json"), "train it again")
                .fields("model")
                .list("merges", pair -> pair.list(JsonValue::text));
    }
}
