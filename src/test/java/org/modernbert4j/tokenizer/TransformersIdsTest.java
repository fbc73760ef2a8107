package org.modernbert4j.tokenizer;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.Progress;

/** Ids as transformers finds them, of tokenizers of each kind and of folders of all sorts; make_tokenizers.py writes what is right. */
class TransformersIdsTest {
    private static final int UNCUT = 1_000_000;
    private static final Gson GSON = new Gson();

    @TempDir
    Path folder;

    /**
     * texts.json.gz.
     *
     * @param texts any
     * @param ids of each text, for each kind of tokenizer
     */
    private record Texts(List<String> texts, Map<String, int[][]> ids) {}

    /** Ids of a text that is cut to a length. */
    private record Case(String text, @SerializedName("max_length") int maxLength, List<Integer> ids) {}

    /**
     * A folder, and what transformers makes of it.
     *
     * @param kind of its tokenizer.json
     * @param fields put over those of that file
     * @param files beside it
     * @param roles ids of special tokens by what they are for; those that no file names are absent
     */
    private record Variant(
            String name,
            String kind,
            JsonObject fields,
            Map<String, JsonObject> files,
            Map<String, Integer> roles,
            @SerializedName("vocabulary_size") int vocabularySize,
            List<Case> cases) {
        @Override
        public String toString() {
            return name;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bpe", "byte-level", "unigram", "word-piece"})
    void idsOfTwoThousandTextsAreThoseOfTransformers(String kind) throws IOException {
        Texts golden = texts();
        Files.writeString(folder.resolve("tokenizer.json"), resource(kind + ".json"));
        try (HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(folder)) {
            int[][] ids = tokenizer.cutAll(golden.texts(), UNCUT, Progress.NONE).stream()
                    .map(HuggingFaceTokenizerFactory.Cut::ids)
                    .toArray(int[][]::new);
            List<String> different = IntStream.range(0, ids.length)
                    .filter(i -> !Arrays.equals(golden.ids().get(kind)[i], ids[i]))
                    .mapToObj(i -> "text %d, %s: found %s, expected %s"
                            .formatted(
                                    i,
                                    GSON.toJson(golden.texts().get(i)),
                                    pieces(tokenizer, ids[i]),
                                    pieces(tokenizer, golden.ids().get(kind)[i])))
                    .toList();
            assertEquals(2000, ids.length);
            assertTrue(
                    different.isEmpty(),
                    () -> different.size() + " texts differ:\n"
                            + different.stream().limit(10).collect(Collectors.joining("\n")));
        }
    }

    /** Each id with what it spells. */
    private static String pieces(HuggingFaceTokenizerFactory tokenizer, int[] ids) {
        return Arrays.stream(ids)
                .mapToObj(id -> id + "=" + GSON.toJson(tokenizer.decode(new int[] {id})))
                .toList()
                .toString();
    }

    static Stream<Variant> variants() {
        return Stream.of(GSON.fromJson(resource("variants.json"), Variant[].class));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void aFolderIsReadAsTransformersReadsIt(Variant variant) throws IOException {
        JsonObject json =
                JsonParser.parseString(resource(variant.kind() + ".json")).getAsJsonObject();
        variant.fields().entrySet().forEach(field -> json.add(field.getKey(), field.getValue()));
        Files.writeString(folder.resolve("tokenizer.json"), json.toString());
        for (Map.Entry<String, JsonObject> file : variant.files().entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue().toString());
        }
        try (HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(folder)) {
            assertAll(variant.cases().stream()
                    .map(one -> () -> assertEquals(
                            one.ids(),
                            Arrays.stream(tokenizer.encode(one.text(), one.maxLength()))
                                    .boxed()
                                    .toList(),
                            one.text() + " cut to " + one.maxLength())));
            assertEquals(variant.vocabularySize(), tokenizer.vocabularySize());
            assertAll(variant.roles().entrySet().stream().map(role -> (Executable) () -> assertEquals(
                    OptionalInt.of(role.getValue()), role(tokenizer.specialTokens(), role.getKey()), role.getKey())));
        }
    }

    private static OptionalInt role(SpecialTokens tokens, String role) {
        return switch (SpecialRole.valueOf(role.toUpperCase(Locale.ROOT))) {
            case PAD -> tokens.pad();
            case CLS -> tokens.cls();
            case SEP -> tokens.sep();
            case MASK -> tokens.mask();
            case UNK -> tokens.unk();
        };
    }

    private static Texts texts() throws IOException {
        try (InputStream zipped = TransformersIdsTest.class.getResourceAsStream("/tokenizer/kinds/texts.json.gz");
                InputStream in = new GZIPInputStream(zipped)) {
            return GSON.fromJson(new String(in.readAllBytes(), StandardCharsets.UTF_8), Texts.class);
        }
    }

    private static String resource(String name) {
        try (InputStream in = TransformersIdsTest.class.getResourceAsStream("/tokenizer/kinds/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
