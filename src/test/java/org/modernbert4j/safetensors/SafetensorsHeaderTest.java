package org.modernbert4j.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.modernbert4j.safetensors.SafetensorsBytes.lengthAnd;
import static org.modernbert4j.safetensors.SafetensorsBytes.raw;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.InputException;

/** Every way a header can lie has its own message. */
class SafetensorsHeaderTest {
    @TempDir
    Path folder;

    @Test
    void readsTensorsInTheOrderOfTheirBytes() throws IOException {
        Path path = SafetensorsBytes.file(
                folder,
                """
                {"b":{"dtype":"I64","shape":[],"data_offsets":[6,14]},"__metadata__":{"format":"pt"},\
                "a":{"dtype":"F16","shape":[3,1],"data_offsets":[0,6],"note":"unknown fields are no lie"},\
                "empty":{"dtype":"F32","shape":[0,7],"data_offsets":[6,6]}}   \
                """,
                14);
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertEquals(List.of("a", "empty", "b"), List.copyOf(file.tensors().keySet()));
            assertEquals(new TensorInfo("a", DType.F16, List.of(3L, 1L), 0, 6), file.tensor("a"));
            assertEquals(1, file.tensor("b").elements());
            assertEquals(0, file.floats("empty").length);
            assertEquals(Map.of("format", "pt"), file.metadata());
        }
    }

    @Test
    void aFileWithoutTensorsIsSound() throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(SafetensorsBytes.file(folder, "{}", 0))) {
            assertTrue(file.tensors().isEmpty());
        }
    }

    @Test
    void refusesAFileThatIsNotThere() {
        assertMessage(folder.resolve("absent"), "cannot be read");
    }

    @Test
    void refusesAFileTooShortForTheLength() throws IOException {
        assertMessage(raw(folder, ByteBuffer.allocate(7)), "the file has 7 bytes, expected at least 8");
    }

    @Test
    void aPointerOfGitLfsIsCalledOne() throws IOException {
        Path file = folder.resolve("pointer.safetensors");
        Files.writeString(
                file,
                "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0".repeat(64) + "\nsize 598635032\n");
        assertMessage(
                file, "found a pointer of Git LFS, expected the file that it stands for; get that with git lfs pull");
    }

    @Test
    void refusesAHeaderOverTheLimit() throws IOException {
        assertMessage(
                raw(folder, lengthAnd(100_000_001, 2)), "said to have 100000001 bytes, expected at most 100000000");
    }

    @Test
    void readsTheLengthAsUnsigned() throws IOException {
        assertMessage(raw(folder, lengthAnd(-1, 2)), "said to have 18446744073709551615 bytes");
    }

    @Test
    void refusesAHeaderLongerThanTheFile() throws IOException {
        assertMessage(raw(folder, lengthAnd(3, 2)), "said to have 3 bytes, but only 2 follow");
    }

    @Test
    void refusesAHeaderOfNoBytes() throws IOException {
        assertMessage(raw(folder, lengthAnd(0, 0)), "does not begin with {");
    }

    @Test
    void refusesAHeaderThatIsNotUtf8() throws IOException {
        byte[] json = "{\"?\":{}}".getBytes(StandardCharsets.US_ASCII);
        json[2] = (byte) 0xff;
        assertMessage(raw(folder, lengthAnd(json.length, json.length).put(json)), "not UTF-8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            ` {}`                                                      | does not begin with {
            []                                                         | does not begin with {
            {"a":                                                      | broken JSON
            {} {}                                                      | broken JSON
            {'a':1}                                                    | broken JSON
            {"a":[]}                                                   | a: found [], expected an object
            {"__metadata__":{"n":1}}                                   | __metadata__.n: found 1, expected a text
            {"__metadata__":{"n":"1","n":"2"}}                         | __metadata__.n: found it twice
            {"__metadata__":null}                                      | __metadata__: found null, expected an object
            {"a":{"dtype":"F32","shape":[1]}}                          | a.data_offsets: found nothing, expected an array
            {"a":{"dtype":"F7","shape":[1],"data_offsets":[0,4]}}      | a.dtype: found "F7", expected one of [F4,
            {"a":{"dtype":"F32","dtype":"F32"}}                        | a.dtype: found it twice
            {"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}    | a.shape[0]: found -1, expected a whole number from 0 to
            {"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}   | a.shape[0]: found "1", expected a whole number
            {"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}   | a.shape[0]: found 1.0, expected a whole number
            {"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,0]}} | expected a whole number from 0 to 9223372036854775807
            {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}   | a.data_offsets: found [0,4,8], expected 2 numbers
            {"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}     | ends at byte 0, before it begins at 4
            {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}     | has 4 bytes, expected 8 for F32 [2]
            {"a":{"dtype":"I64","shape":[2305843009213693952],"data_offsets":[0,0]}}    | too large to count
            {"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}   | too large to count
            {"a":{"dtype":"U8","shape":[4],"data_offsets":[1,5]}}      | begins at byte 1, expected 0: bytes before it
            {"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]}}      | cut short: 4 bytes of tensors, expected 5
            {"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}      | 1 bytes follow the last tensor
            """)
    void refusesALie(String header, String message) throws IOException {
        assertMessage(SafetensorsBytes.file(folder, header, 4), message);
    }

    @Test
    void refusesANameGivenTwice() throws IOException {
        String header =
                """
                {"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}\
                """;
        assertMessage(SafetensorsBytes.file(folder, header, 4), "a: found it twice, expected each name once");
    }

    @Test
    void refusesTensorsThatOverlap() throws IOException {
        String header =
                """
                {"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}\
                """;
        assertMessage(
                SafetensorsBytes.file(folder, header, 4), "tensor b begins at byte 2, expected 3: it overlaps another");
    }

    private static void assertMessage(Path path, String wanted) {
        String message = assertThrows(
                        InputException.class, () -> SafetensorsFile.open(path).close())
                .getMessage();
        assertTrue(message.startsWith(path + ": "), message);
        assertTrue(message.contains(wanted), message);
        assertEquals(1, message.lines().count(), message);
    }
}
