package experiments;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundled news are what the generator writes, and fit to train on. */
class GenerateNewsTest {
    @Test
    void theCommittedSampleIsWhatTheGeneratorWrites(@TempDir Path folder) throws IOException {
        Path written = folder.resolve("news.csv");
        GenerateNews.write(written);
        assertArrayEquals(Files.readAllBytes(GenerateNews.SAMPLE), Files.readAllBytes(written));
    }

    @Test
    void sampleHasSeventeenTopicsOfTenRowsOrMore() throws IOException {
        Map<String, Long> sizes =
                sample().stream().collect(Collectors.groupingBy(row -> row.get("topic"), Collectors.counting()));
        assertEquals(17, sizes.size());
        assertTrue(sizes.values().stream().allMatch(size -> size >= 10), sizes::toString);
    }

    @Test
    void sampleHasNoEmptyFieldAndNoTextTwice() throws IOException {
        List<CSVRecord> rows = sample();
        HashSet<String> texts = new HashSet<>();
        for (CSVRecord row : rows) {
            assertEquals(2, row.size());
            assertFalse(row.get("topic").isBlank());
            assertFalse(row.get("text").isBlank());
            assertTrue(texts.add(row.get("text")), () -> "twice: " + row.get("text"));
        }
    }

    @Test
    void everySlotIsFilled() throws IOException {
        for (CSVRecord row : sample()) {
            assertFalse(row.get("text").matches(".*[{}|].*"), () -> row.get("text"));
        }
    }

    @Test
    void grammarHasNoUnusedOrUndefinedSlot() throws IOException {
        assertEquals(List.of(), NewsGrammar.read(GenerateNews.GRAMMAR).problems());
    }

    @Test
    void everyTopicHasTwelveTemplatesOrMore() throws IOException {
        for (NewsGrammar.Section topic : NewsGrammar.read(GenerateNews.GRAMMAR).topics()) {
            assertTrue(topic.leads().size() + topic.details().size() >= 12, topic::name);
        }
    }

    private static List<CSVRecord> sample() throws IOException {
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        try (CSVParser parser = CSVParser.parse(Files.newBufferedReader(GenerateNews.SAMPLE), format)) {
            return parser.getRecords();
        }
    }
}
