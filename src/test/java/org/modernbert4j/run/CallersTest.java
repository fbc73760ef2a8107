package org.modernbert4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.InputException;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.data.CsvFormat;
import org.modernbert4j.model.Head;
import org.modernbert4j.task.MaskedTokens;

/** Messages that a caller from Java meets; a command refuses earlier what gives them. */
class CallersTest {
    @TempDir
    private Path temp;

    @Test
    void aHeadThatNobodyKnows() {
        String message = assertThrows(InputException.class, () -> Head.named("big", 2, 0))
                .getMessage();
        assertTrue(message.startsWith("head big: no such head; use one of ["), message);
    }

    @Test
    void noTexts() {
        String message = assertThrows(
                        InputException.class, () -> new MaskedTokens(List.of(), CsvFormat.USUAL, "text", 8, 0.3, 0.1))
                .getMessage();
        assertEquals("no file of texts; give at least one", message);
    }

    @Test
    void aRunThatDoesNotFitWhatIsSaidOfIt() throws IOException {
        Path folder = Run.builder(TinyCheckpoint.MODEL, Runs.task(), temp.resolve("run"))
                .training(Runs::small)
                .start(Runs.stopAfter(7))
                .folder();
        Path data = TinyCheckpoint.DATA;
        String two = assertThrows(
                        InputException.class, () -> Resumption.of(folder).data(List.of(data, data)))
                .getMessage();
        assertTrue(two.startsWith("data: found 2 files ["), two);

        Path checkpoint = RunFolder.lastCheckpoint(folder);
        Path state = checkpoint.resolve(StateFile.NAME);
        JsonObject json = JsonParser.parseString(Files.readString(state)).getAsJsonObject();
        json.getAsJsonArray("log_history").get(0).getAsJsonObject().add("eval_confusion", new JsonArray());
        Files.writeString(state, json.toString());
        Files.delete(checkpoint.resolve("SHA256SUMS"));
        String classes = assertThrows(InputException.class, () -> Run.resume(folder, RunListener.NONE))
                .getMessage();
        assertTrue(classes.contains("found 0 classes"), classes);
    }
}
