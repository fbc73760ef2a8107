package org.modernbert4j.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.InputException;

class TokenizerFolderTest {
    private static final SpecialTokens TRAINED = new SpecialTokens(
            OptionalInt.of(2), OptionalInt.of(0), OptionalInt.of(1), OptionalInt.of(4), OptionalInt.of(3));

    @TempDir
    Path folder;

    @BeforeEach
    void train() {
        Fixture.trainInto(folder);
    }

    @Test
    void readsBackWhatTheTrainerWrote() {
        TokenizerFolder read = read();
        assertEquals(TRAINED, read.specialTokens());
        assertEquals(Fixture.GOLDEN.vocabularySize(), read.vocabulary().size());
        assertTrue(read.vocabulary().isListed());
        assertEquals(OptionalInt.empty(), read.settings().modelMaxLength());
    }

    @Test
    void tokenizerConfigWinsOverTheOlderFileWhereItListsAddedTokens() throws IOException {
        write(
                "tokenizer_config.json",
                "{'pad_token': {'content': '[UNK]', 'lstrip': false}, 'added_tokens_decoder': {}}");
        write("special_tokens_map.json", "{'pad_token': '[MASK]'}");
        write("config.json", "{'pad_token_id': 1}");

        assertEquals(3, pad());
    }

    @Test
    void specialTokensMapWinsOverTheOthers() throws IOException {
        write("tokenizer_config.json", "{'pad_token': '[UNK]'}");
        write("special_tokens_map.json", "{'pad_token': {'content': '[MASK]'}}");
        write("config.json", "{'pad_token_id': 1}");

        assertEquals(4, pad());
    }

    @Test
    void modelsConfigWinsOverTheUsualName() throws IOException {
        write("tokenizer_config.json", "{'pad_token': null}");
        Files.delete(folder.resolve("special_tokens_map.json"));
        write("config.json", "{'pad_token_id': 1, 'cls_token_id': 99999, 'mask_token_id': null}");

        assertEquals(
                new SpecialTokens(
                        OptionalInt.of(1), OptionalInt.of(0), OptionalInt.of(1), OptionalInt.of(4), OptionalInt.of(3)),
                read().specialTokens());
    }

    @Test
    void tokenizerJsonAloneWillDo() throws IOException {
        Files.delete(folder.resolve("tokenizer_config.json"));
        Files.delete(folder.resolve("special_tokens_map.json"));

        try (HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(folder)) {
            assertEquals(TRAINED, tokenizer.specialTokens());
        }
    }

    @Test
    void tokensThatNoFileNamesAreAbsent() throws IOException {
        String unigram =
                "{'added_tokens': [{'id': 1, 'content': '[PAD]'}], 'model': {'vocab': [['a', -1.5], ['b', -2]]}}";
        Files.delete(folder.resolve("tokenizer_config.json"));
        Files.delete(folder.resolve("special_tokens_map.json"));
        write("tokenizer.json", unigram);

        OptionalInt absent = OptionalInt.empty();
        assertEquals(
                new SpecialTokens(OptionalInt.of(2), absent, absent, absent, absent),
                read().specialTokens(),
                "the id after those of the model, not that of the file");
        assertEquals(3, read().vocabulary().size());
    }

    @Test
    void anIdThatNoneCanFollowIsRefused() throws IOException {
        write("tokenizer.json", "{'model': {'vocab': {'a': 2147483647}}}");

        Exception error = assertThrows(InputException.class, this::read);
        assertTrue(error.getMessage().contains("vocab.a: found 2147483647, expected a smaller id"), error.getMessage());
    }

    @Test
    void aHugeModelMaxLengthMeansNone() throws IOException {
        write("tokenizer_config.json", "{'model_max_length': 1000000000000000019884624838656}");

        assertEquals(OptionalInt.empty(), read().settings().modelMaxLength());
    }

    @Test
    void aPaddingTokenMayBeMissing() throws IOException {
        Files.delete(folder.resolve("tokenizer_config.json"));
        Files.delete(folder.resolve("special_tokens_map.json"));
        String text = Files.readString(folder.resolve("tokenizer.json"));
        Files.writeString(folder.resolve("tokenizer.json"), text.replace("[PAD]", "[FILL]"));

        assertEquals(OptionalInt.empty(), read().specialTokens().pad());
    }

    @Test
    void aModelMaxLengthWithoutRoomForATokenIsNamed() throws IOException {
        write("tokenizer_config.json", "{'model_max_length': 0}");

        assertOneLine(folder.resolve("tokenizer_config.json")
                + ": model_max_length: found 0, expected a finite number from 1.0");
    }

    @Test
    void missingTokenizerJsonListsWhatMustBeThere() throws IOException {
        Files.delete(folder.resolve("tokenizer.json"));

        assertOneLine(folder + ": no tokenizer.json in this folder; a tokenizer folder must hold tokenizer.json");
    }

    @Test
    void anOlderVocabularyAloneTellsHowToMakeTokenizerJson() throws IOException {
        Files.delete(folder.resolve("tokenizer.json"));
        Files.writeString(folder.resolve("spiece.model"), "");

        assertOneLine(folder
                + ": no tokenizer.json in this folder, only a spiece.model; make one in Python: from transformers"
                + " import AutoTokenizer; AutoTokenizer.from_pretrained(\"" + folder + "\").save_pretrained(\"" + folder
                + "\")");
    }

    @Test
    void aModelOfAnUnknownTypeIsNamed() throws IOException {
        Path file = folder.resolve("tokenizer.json");
        Files.writeString(file, Files.readString(file).replace("\"BPE\"", "\"Odd\""));

        assertOneLine(file + ": model.type: found \"Odd\", expected one of [BPE, Unigram, WordPiece, WordLevel]");
    }

    @Test
    void aByteOrderMarkDoesNoHarm() throws IOException {
        for (String name : List.of("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")) {
            Path file = folder.resolve(name);
            Files.writeString(file, "\uFEFF" + Files.readString(file));
        }

        try (HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(folder)) {
            assertEquals(TRAINED, tokenizer.specialTokens());
            assertArrayEquals(new int[] {0, 4, 1}, tokenizer.encode("[MASK]", 9));
        }
    }

    @Test
    void corruptTokenizerJsonIsNamed() throws IOException {
        Path file = folder.resolve("tokenizer.json");
        Files.writeString(file, Files.readString(file).substring(0, 5000));

        assertOneLine(file + ": found broken JSON that ends too early");
    }

    @Test
    void corruptConfigsAreNamed() throws IOException {
        write("tokenizer_config.json", "{'pad_token': ");
        assertOneLine(folder.resolve("tokenizer_config.json") + ": found broken JSON that ends too early");

        write("tokenizer_config.json", "[]");
        assertOneLine(folder.resolve("tokenizer_config.json") + ": found [], expected an object");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            {}                                                          | model: found nothing, expected an object
            {'model': null}                                             | model: found null, expected an object
            {'model': {}}                                               | model.vocab: found nothing, expected an array
            {'model': {'vocab': {'a': 1.5}}}                            | model.vocab.a: found 1.5, expected a whole number
            {'model': {'vocab': {'.': 1e99}}}                           | model.vocab["."]: found 1e99, expected a whole number
            {'model': {'vocab': [[]]}}                                  | model.vocab[0][0]: found nothing, expected a text
            {'model': {'vocab': {}}, 'added_tokens': {}}                | added_tokens: found {}, expected an array
            {'model': {'vocab': {}}, 'added_tokens': [{'id': 1}]}       | added_tokens[0].content: found nothing, expected a text
            {'model': {'vocab': {'a': 1, 'a': 2}}}                      | model.vocab.a: found it twice
            """)
    void damagedTokensAreNamed(String json, String problem) throws IOException {
        write("tokenizer.json", json);
        String message = assertThrows(InputException.class, () -> read()).getMessage();
        assertTrue(message.startsWith(folder.resolve("tokenizer.json") + ": " + problem), message);
        assertEquals(1, message.lines().count(), message);
    }

    @Test
    void anEnvironmentThatAllowsTheNetworkIsRefused() {
        InputException e = assertThrows(
                InputException.class,
                () -> OfflineDjl.requireNoOverride(name -> name.equals("RUST_FLAVOR") ? "cu122" : null));

        assertTrue(e.getMessage().startsWith("environment variable RUST_FLAVOR=cu122"), e.getMessage());
    }

    private int pad() {
        return read().specialTokens().pad().orElseThrow();
    }

    private TokenizerFolder read() {
        return TokenizerFolder.read(folder, TokenizerFolder.tokenizer(folder));
    }

    private void write(String name, String json) throws IOException {
        Files.writeString(folder.resolve(name), json.replace('\'', '"'));
    }

    private void assertOneLine(String start) {
        InputException e = assertThrows(InputException.class, () -> HuggingFaceTokenizerFactory.open(folder));
        assertTrue(e.getMessage().startsWith(start), e.getMessage());
        assertEquals(1, e.getMessage().lines().count());
    }
}
