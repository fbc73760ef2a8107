package org.modernbert4j.freeze;

import static java.nio.charset.StandardCharsets.UTF_16;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.modernbert4j.InputException;
import org.modernbert4j.model.EncoderConfig;

class ScheduleTest {
    private static final EncoderConfig BASE = Networks.base().config().encoder();

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("schedule.txt");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    head-only             | 1: head
                    full                  | 1: all
                    end-to-start          | 1: layers.11-21, head/2: layers.0-21, head/3: all
                    start-to-end          | 1: embeddings, layers.0-10, head/2: embeddings, layers.0-21, head
                    query-key-value-fused | 1: head, layers.*.attn.q, layers.*.attn.k, layers.*.attn.v
                    progressive-freezing  | 1: all/2: layers.7-21, final_norm, head/3: layers.14-21, final_norm, head
                    """)
    void namedSchedulesAreData(String name, String text) {
        Schedule schedule = Schedule.of(name, BASE);

        assertEquals(text.replace('/', '\n'), schedule.toString());
        assertEquals(name, schedule.name());
    }

    @Test
    void queriesKeysAndValuesComeOneAfterTheOther() {
        Schedule schedule = Schedule.of("query-key-value", BASE);

        assertEquals(Selector.parse("head, layers.*.attn.q"), schedule.selector(0));
        assertEquals(Selector.parse("head, layers.*.attn.q, layers.*.attn.k"), schedule.selector(1));
        assertEquals(NamedSchedule.QUERY_KEY_VALUE_FUSED.schedule(22).selector(0), schedule.selector(2));
    }

    @ParameterizedTest
    @EnumSource
    void everyNamedScheduleFitsEveryDepth(NamedSchedule named) {
        for (int layers = 1; layers < 8; layers++) {
            assertTrue(named.schedule(layers).selector(0).toString().matches(".*(head|all).*"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsPrintedIsReadBack(NamedSchedule named) throws IOException {
        Schedule schedule = named.schedule(22);
        Files.writeString(file, schedule.toString());

        assertEquals(schedule.changes(), Schedule.read(file).changes());
    }

    @Test
    void constantNeverChanges() {
        Schedule schedule = Schedule.constant(Selector.parse("head, norms"));

        assertEquals(Selector.parse("head, norms"), schedule.selector(0));
        assertEquals(Selector.parse("head, norms"), schedule.selector(1000));
    }

    @Test
    void epochsThatAreNotThereKeepThePrevious() throws IOException {
        Files.writeString(file, "\uFEFF# warm up\r\n\r\n1: head # only\r\n 3 : head, layers.11-21\r\n900000000: all");

        Schedule schedule = Schedule.of(file.toString(), BASE);

        assertEquals(Selector.parse("head"), schedule.selector(0));
        assertEquals(Selector.parse("head"), schedule.selector(1));
        assertEquals(Selector.parse("head, layers.11-21"), schedule.selector(2));
        assertEquals(Selector.parse("head, layers.11-21"), schedule.selector(50));
        assertEquals(file.toString(), schedule.name());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    1: head/head          |  line 2: found "head", expected an epoch from 1 and a selector
                    #/0: head             |  line 2: found "0: head", expected an epoch from 1
                    2: head               |  line 1: found epoch 2, expected epoch 1 first
                    1: head/3: all/3: all |  line 3: found epoch 3 after epoch 3, expected each epoch once and in rising order
                    1: head/3: all/2: all |  line 3: found epoch 2 after epoch 3
                    1: head/2: layers..q  |  line 2: selector term "layers..q": found ""
                    1:                    |  line 1: selector term "": found ""
                    # nothing             | : found no epoch, expected lines such as "1: head"
                    9999999999: head      |  line 1: found "9999999999: head"
                    """,
            ignoreLeadingAndTrailingWhitespace = false)
    void errorsNameFileAndLine(String lines, String message) throws IOException {
        Files.writeString(file, lines.strip().replace('/', '\n'));

        InputException e = assertThrows(InputException.class, () -> Schedule.read(file));

        assertTrue(e.getMessage().startsWith(file + message.substring(1).stripTrailing()), e.getMessage());
    }

    @Test
    void aFileThatIsNotTextIsAnError() throws IOException {
        Files.writeString(file, "1: head", UTF_16);

        InputException e = assertThrows(InputException.class, () -> Schedule.read(file));

        assertTrue(
                e.getMessage().startsWith(file + ": is text in UTF-16, expected plain text in UTF-8"), e.getMessage());
    }

    @Test
    void aFolderIsAnError() {
        InputException e = assertThrows(InputException.class, () -> Schedule.of(folder.toString(), BASE));

        assertTrue(e.getMessage().startsWith(folder + ": is a folder"), e.getMessage());
    }

    @Test
    void whatIsNeitherNameNorFileIsAnErrorWithAllNames() {
        InputException e = assertThrows(InputException.class, () -> Schedule.of("start-to-ent", BASE));

        assertTrue(
                e.getMessage()
                        .startsWith(
                                "schedule \"start-to-ent\": found no such file, expected a file or one of [head-only,"),
                e.getMessage());
    }
}
