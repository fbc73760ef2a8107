package org.modernbert4j.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.InputException;
import org.modernbert4j.Progress;

class EncodingTest {
    private static final int UNCUT = 1000;

    @TempDir
    static Path folder;

    private static HuggingFaceTokenizerFactory tokenizer;

    @BeforeAll
    static void open() {
        tokenizer = HuggingFaceTokenizerFactory.open(Fixture.trainInto(folder));
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void givesTheIdsOfTransformersAtEveryLength() {
        assertIdsAsTransformers(tokenizer);
    }

    @Test
    void bareIdsAreThoseBetweenTheSpecialTokens() {
        List<String> texts = List.of("Два слова и ещё", "", "x", "\ud83d и пол\ud83d\ude00");
        int[][] bare = tokenizer.encodeBare(texts, Progress.NONE);
        for (int i = 0; i < bare.length; i++) {
            int[] whole = tokenizer.encode(texts.get(i), UNCUT);
            assertArrayEquals(Arrays.copyOfRange(whole, 1, whole.length - 1), bare[i], texts.get(i));
        }
    }

    @Test
    void emptyTextIsOnlySpecialTokens() {
        assertArrayEquals(new int[] {0, 1}, tokenizer.encode("", 2));
    }

    @Test
    void aLengthWithoutRoomForTheSpecialTokensIsRefused() {
        InputException e = assertThrows(InputException.class, () -> tokenizer.encode("a", 1));

        assertEquals(
                "max length 1 has no room for the 2 special tokens of this tokenizer; set at least 2", e.getMessage());
    }

    @Test
    void theLengthOfTheModelDoesNotCut(@TempDir Path other) throws IOException {
        Fixture.trainInto(other);
        edit(other.resolve("tokenizer_config.json"), config -> config.addProperty("model_max_length", 8));
        String text = "a b ".repeat(2000);

        try (HuggingFaceTokenizerFactory limited = HuggingFaceTokenizerFactory.open(other)) {
            assertEquals(OptionalInt.of(8), limited.modelMaxLength());
            assertEquals(3000, limited.encode(text, 3000).length);
            assertArrayEquals(tokenizer.encode(text, 100_000), limited.encode(text, 100_000));
        }
    }

    @Test
    void paddingAndTruncationOfTheFileDoNotCount(@TempDir Path other) throws IOException {
        Fixture.trainInto(other);
        edit(other.resolve("tokenizer.json"), json -> {
            json.add(
                    "truncation",
                    JsonParser.parseString(
                            "{'direction': 'Right', 'max_length': 4, 'strategy': 'LongestFirst', 'stride': 1}"));
            json.add(
                    "padding",
                    JsonParser.parseString("{'strategy': {'Fixed': 16}, 'direction': 'Left', 'pad_to_multiple_of': 8,"
                            + " 'pad_id': 3, 'pad_type_id': 0, 'pad_token': '[UNK]'}"));
        });

        try (HuggingFaceTokenizerFactory padding = HuggingFaceTokenizerFactory.open(other)) {
            assertIdsAsTransformers(padding);
            assertEquals(OptionalInt.of(2), padding.specialTokens().pad());
        }
    }

    @Test
    void allTextsInParallelAreAsOneByOne() {
        List<String> texts = Collections.nCopies(40, Fixture.CORPUS).stream()
                .flatMap(List::stream)
                .toList();
        Set<Long> done = ConcurrentHashMap.newKeySet();
        List<HuggingFaceTokenizerFactory.Cut> cut = tokenizer.cutAll(texts, 12, (finished, total) -> {
            assertEquals(texts.size(), total);
            done.add(finished);
        });

        assertArrayEquals(
                texts.stream().map(text -> tokenizer.encode(text, 12)).toArray(int[][]::new),
                cut.stream().map(HuggingFaceTokenizerFactory.Cut::ids).toArray(int[][]::new));
        assertEquals(LongStream.rangeClosed(1, texts.size()).boxed().collect(Collectors.toSet()), done);
    }

    @Test
    void noTextsGiveNoIds() {
        assertEquals(List.of(), tokenizer.cutAll(List.of(), 12, Progress.NONE));
    }

    @Test
    void threadsMayEncodeWithDifferentLengthsAtOnce() throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> runs = IntStream.range(0, 16)
                    .<Future<?>>mapToObj(run -> threads.submit(() -> assertIdsAsTransformers(tokenizer)))
                    .toList();
            for (Future<?> run : runs) {
                run.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void halfASurrogatePairCountsAsReplacementCharacter() {
        assertArrayEquals(tokenizer.encode("a \uFFFD 🙂", UNCUT), tokenizer.encode("a \uD83D 🙂", UNCUT));
    }

    @Test
    void decodesWhatItEncodes() {
        for (String line : Fixture.CORPUS) {
            assertEquals("[CLS]" + line + "[SEP]", tokenizer.decode(tokenizer.encode(line, UNCUT)));
        }
    }

    @Test
    void encodingAfterCloseIsRefused() {
        HuggingFaceTokenizerFactory closed = HuggingFaceTokenizerFactory.open(folder);
        closed.close();
        closed.close();

        assertThrows(IllegalStateException.class, () -> closed.encode("a", UNCUT));
    }

    private static void assertIdsAsTransformers(HuggingFaceTokenizerFactory tokenizer) {
        for (Fixture.Text golden : Fixture.GOLDEN.texts()) {
            int[] ids = tokenizer.encode(golden.text(), golden.maxLength());
            assertEquals(golden.ids(), Arrays.stream(ids).boxed().toList(), golden::text);
        }
    }

    private static void edit(Path file, Consumer<JsonObject> change) throws IOException {
        JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        change.accept(json);
        Files.writeString(file, json.toString());
    }
}
