package org.modernbert4j.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.InputException;

/** The native library ends its process where it panics. This process must not be that one. */
class PanicTest {
    private static final String TEXT = "Hello мир \uD83D\uDE00";

    @TempDir
    private Path folder;

    @BeforeEach
    void train() {
        Fixture.trainInto(folder);
    }

    private void set(String part, String json) throws IOException {
        Path file = folder.resolve("tokenizer.json");
        JsonObject tokenizer = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        tokenizer.add(part, JsonParser.parseString(json));
        Files.writeString(file, tokenizer.toString());
    }

    private boolean isSafe() {
        return SafeParts.make(TokenizerFolder.tokenizer(folder));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "pre_tokenizer | {\"type\": \"FixedLength\", \"length\": 0} | chunk size must be non-zero",
                "normalizer | {\"type\": \"Prepend\", \"prepend\": \"\"} | index out of bounds",
                "normalizer | {\"type\": \"Precompiled\", \"precompiled_charsmap\": \"\"} | its opening",
                "post_processor | {\"type\": \"TemplateProcessing\", \"single\": [{\"SpecialToken\": {\"id\": \"[X]\","
                        + " \"type_id\": 0}}], \"pair\": [], \"special_tokens\": {}} | no entry found for key",
            })
    void aPanicIsALine(String part, String json, String why) throws IOException {
        set(part, json);
        InputException error = assertThrows(InputException.class, () -> {
            try (HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(folder)) {
                tokenizer.encode(TEXT, 100);
            }
        });
        String message = error.getMessage();
        assertTrue(
                message.startsWith(folder.resolve("tokenizer.json") + ": the tokenizers library gave up at "), message);
        assertTrue(message.contains(why) && message.endsWith("or use another tokenizer"), message);
    }

    @Test
    void anotherProcessGivesTheSameTokens() throws IOException {
        Path file = folder.resolve("tokenizer.json");
        byte[] json = Files.readAllBytes(file);
        try (Splitter here = new DjlSplitter(json, "here");
                Splitter there = new ProcessSplitter(json, "there", ProcessSplitter.PATIENCE)) {
            for (String text : List.of("", TEXT, "a\nb\0c", "x".repeat(10_000))) {
                for (boolean special : new boolean[] {true, false}) {
                    Splitter.Tokens expected = here.encode(text, special);
                    Splitter.Tokens found = there.encode(text, special);
                    assertArrayEquals(expected.ids(), found.ids());
                    assertArrayEquals(expected.special(), found.special());
                    assertEquals(here.decode(expected.ids()), there.decode(found.ids()));
                }
            }
        }
    }

    @Test
    void noAnswerIsALine() throws IOException {
        byte[] json = Files.readAllBytes(folder.resolve("tokenizer.json"));
        InputException error = assertThrows(
                InputException.class, () -> new ProcessSplitter(json, "there", Duration.ofMillis(1)).close());
        assertEquals(
                "there: the tokenizers library gave up at its opening (no answer in 0 seconds), expected tokens;"
                        + " correct the file, or use another tokenizer",
                error.getMessage());
    }

    /** Ctrl-C reaches the other process too, and this one may still have work for it. */
    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no kill -INT there")
    void theOtherProcessOutlivesCtrlC() throws IOException, InterruptedException {
        byte[] json = Files.readAllBytes(folder.resolve("tokenizer.json"));
        List<ProcessHandle> before = ProcessHandle.current().children().toList();
        ProcessHandle other;
        try (Splitter there = new ProcessSplitter(json, "there", ProcessSplitter.PATIENCE)) {
            other = ProcessHandle.current()
                    .children()
                    .filter(child -> !before.contains(child))
                    .findFirst()
                    .orElseThrow();
            long[] ids = there.encode(TEXT, true).ids();
            assertEquals(
                    0,
                    new ProcessBuilder("kill", "-INT", Long.toString(other.pid()))
                            .start()
                            .waitFor());
            Thread.sleep(200); // a JVM that ends at the signal does it in less
            assertArrayEquals(ids, there.encode(TEXT, true).ids());
        }
        assertEquals(false, other.isAlive());
    }

    @Test
    void manyMessagesDoNotHoldUpAProcess() throws InterruptedException {
        String said = "a line\n".repeat(20_000) + "the last";
        List<String> lines = new LastLines(new ByteArrayInputStream(said.getBytes(StandardCharsets.UTF_8))).atEnd();
        assertEquals("the last", lines.get(lines.size() - 1));
        assertTrue(lines.size() < 1_000);
    }

    /** Whatever the tokens, the decoders that count as safe are. */
    @Test
    void safeDecodersTakeAnyTokens() throws IOException {
        set(
                "decoder",
                "{\"type\": \"Sequence\", \"decoders\": [{\"type\": \"ByteFallback\"}, {\"type\": \"Replace\","
                        + " \"pattern\": {\"String\": \"e\"}, \"content\": \"\"}, {\"type\": \"BPEDecoder\","
                        + " \"suffix\": \"\"}, {\"type\": \"WordPiece\", \"prefix\": \"\", \"cleanup\": true},"
                        + " {\"type\": \"Fuse\"}, {\"type\": \"ByteLevel\", \"add_prefix_space\": true,"
                        + " \"trim_offsets\": true, \"use_regex\": true}]}");
        assertTrue(isSafe());
        Random random = new Random(7);
        try (HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(folder)) {
            for (int i = 0; i < 1_000; i++) {
                tokenizer.decode(random.ints(random.nextInt(30), -5, tokenizer.vocabularySize() + 5)
                        .toArray());
            }
        }
    }

    @Test
    void usualPartsAreSafe() throws IOException {
        assertTrue(isSafe());
        set("normalizer", "{\"type\": \"Replace\", \"pattern\": {\"String\": \" \"}, \"content\": \"_\"}");
        assertTrue(isSafe());
        set(
                "normalizer",
                "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"NFC\"}, {\"type\": \"Lowercase\"}]}");
        assertTrue(isSafe());
    }

    @Test
    void othersAreNot() throws IOException {
        String split = "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"(x+x+)+y\"}, \"behavior\": \"Isolated\"}";
        set("pre_tokenizer", "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"Digits\"}, " + split + "]}");
        assertEquals(false, isSafe());
        set("pre_tokenizer", "null");
        for (String decoder : List.of(
                "{\"type\": \"Strip\", \"content\": \" \", \"start\": 9, \"stop\": 9}",
                "{\"type\": \"Unheard\"}",
                "{\"type\": \"Sequence\"}",
                "{}",
                "5")) {
            set("decoder", decoder);
            assertEquals(false, isSafe(), decoder);
        }
        set("decoder", "null");
        set("normalizer", "{\"type\": \"Replace\", \"pattern\": {\"String\": \"\"}, \"content\": \"_\"}");
        assertEquals(false, isSafe());
    }

    /** Whatever the text, the parts that count as safe are: a panic would end this test's process. */
    @Test
    void safePartsTakeAnyText() throws IOException {
        set(
                "normalizer",
                "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"NFKD\"}, {\"type\": \"StripAccents\"},"
                        + " {\"type\": \"BertNormalizer\", \"clean_text\": true,"
                        + " \"handle_chinese_chars\": true, \"strip_accents\": true, \"lowercase\": true}, {\"type\": \"Replace\", \"pattern\": {\"String\": \"a\"},"
                        + " \"content\": \"\"}, {\"type\": \"NFC\"}]}");
        set(
                "pre_tokenizer",
                "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"Digits\", \"individual_digits\": true},"
                        + " {\"type\": \"Punctuation\", \"behavior\": \"Isolated\"},"
                        + " {\"type\": \"Split\", \"pattern\": {\"String\": \"e\"}, \"behavior\": \"MergedWithNext\","
                        + " \"invert\": true}, {\"type\": \"WhitespaceSplit\"}, {\"type\": \"ByteLevel\", \"add_prefix_space\": false,"
                        + " \"trim_offsets\": true, \"use_regex\": true}]}");
        assertTrue(isSafe());
        Random random = new Random(7);
        try (HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(folder)) {
            for (int i = 0; i < 3_000; i++) {
                int most = random.nextBoolean() ? 0x80 : 0x1_1000;
                String text = random.ints(random.nextInt(30), 0, most)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
                tokenizer.decode(tokenizer.encode(text, 1_000));
            }
        }
    }
}
