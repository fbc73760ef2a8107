package org.modernbert4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.modernbert4j.data.Dataset;
import org.modernbert4j.data.Example;
import org.modernbert4j.data.Labels;
import org.modernbert4j.data.MissingValues;
import org.modernbert4j.data.Samples;
import org.modernbert4j.data.Sampling;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.metric.ClassificationReport;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;

/**
 * The project against transformers' tokenizers, pandas' and scikit-learn's choice of rows, and scikit-learn's reports: all of them
 * exactly, for every reference folder. {@code -Dreference.dir} names another folder.
 */
class ReferenceDataTest {
    @TestFactory
    Stream<DynamicNode> everyReferenceFolder() {
        return ReferenceFolder.all().stream()
                .map(folder -> dynamicContainer(
                        folder.toString(),
                        Stream.of(
                                dynamicTest("tokenization", () -> tokenization(folder)),
                                dynamicTest("splits of the data", () -> splitsOfTheData(folder)),
                                dynamicTest("splits of the original size", () -> splitsOfTheOriginalSize(folder)),
                                dynamicTest("reports", () -> reports(folder)))));
    }

    private static void tokenization(ReferenceFolder folder) {
        JsonArray cases = folder.json("tokenization.json").getAsJsonArray();
        assertFalse(cases.isEmpty());
        try (HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(folder.model())) {
            for (JsonElement element : cases) {
                JsonObject expected = element.getAsJsonObject();
                int[] padded = ints(expected.getAsJsonArray("input_ids"));
                int tokens = Arrays.stream(ints(expected.getAsJsonArray("attention_mask")))
                        .sum();
                String text = expected.get("text").getAsString();
                assertArrayEquals(Arrays.copyOf(padded, tokens), tokenizer.encode(text, padded.length), text);
                for (int i = tokens; i < padded.length; i++) {
                    assertEquals(
                            OptionalInt.of(padded[i]), tokenizer.specialTokens().pad(), text);
                }
            }
        }
    }

    private static void splitsOfTheData(ReferenceFolder folder) {
        assumeTrue(Files.exists(folder.data()), "the data of these splits is not here: " + folder.data());
        List<Example> all =
                Dataset.read(folder.data(), "text", "topic", MissingValues.DROP).examples();
        List<Example> kept = all.stream()
                .filter(example -> !Set.of("Легпром", "Библиотека").contains(example.label()))
                .toList();
        JsonArray splits = folder.json("splits.json").getAsJsonObject().getAsJsonArray("lenta_sample");
        assertFalse(splits.isEmpty());
        for (JsonElement element : splits) {
            JsonObject expected = element.getAsJsonObject();
            long seed = expected.get("seed").getAsLong();
            assertEquals(expected.get("kept").getAsInt(), kept.size());
            List<Example> sampled = Samples.of(kept, expected.get("frac").getAsDouble(), seed);
            assertArrayEquals(ints(expected.getAsJsonArray("sampled")), rows(sampled));
            assertEquals(
                    strings(expected.getAsJsonArray("labels")),
                    Labels.byFirstAppearance(sampled).names());
            Sampling.Split split = Samples.split(sampled, 0.2, seed);
            assertArrayEquals(ints(expected.getAsJsonArray("train")), rows(split.train()));
            assertArrayEquals(ints(expected.getAsJsonArray("validation")), rows(split.validation()));
        }
    }

    /** Row i has topic big[(i * 7919) % n], where big holds each class as often as it counts. */
    private static void splitsOfTheOriginalSize(ReferenceFolder folder) {
        JsonObject expected = folder.json("splits.json").getAsJsonObject().getAsJsonObject("seed_size");
        List<String> big = new ArrayList<>();
        expected.getAsJsonObject("counts").entrySet().forEach(count -> {
            for (int i = 0; i < count.getValue().getAsInt(); i++) {
                big.add(count.getKey());
            }
        });
        List<Example> all = IntStream.range(0, big.size())
                .mapToObj(i -> new Example(i, "", big.get((int) (i * 7919L % big.size()))))
                .toList();
        List<Example> sampled = Samples.of(all, 0.25, 42);
        assertDigest(expected, "sampled", sampled);
        assertEquals(
                strings(expected.getAsJsonArray("labels")),
                Labels.byFirstAppearance(sampled).names());
        Sampling.Split split = Samples.split(sampled, 0.2, 42);
        assertDigest(expected, "train", split.train());
        assertDigest(expected, "validation", split.validation());
    }

    private static void assertDigest(JsonObject expected, String part, List<Example> examples) {
        String joined = examples.stream().map(e -> String.valueOf(e.row())).collect(Collectors.joining(","));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(joined.getBytes(StandardCharsets.UTF_8));
            assertEquals(
                    expected.getAsJsonObject(part).get("sha256_of_comma_joined").getAsString(),
                    HexFormat.of().formatHex(digest),
                    part);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void reports(ReferenceFolder folder) {
        JsonArray reports = folder.json("reports.json").getAsJsonArray();
        assertFalse(reports.isEmpty());
        for (JsonElement element : reports) {
            JsonObject expected = element.getAsJsonObject();
            ClassificationMetrics metrics = ClassificationMetrics.of(
                    ints(expected.getAsJsonArray("y_true")),
                    ints(expected.getAsJsonArray("y_pred")),
                    strings(expected.getAsJsonArray("target_names")));
            assertEquals(expected.get("report").getAsString(), ClassificationReport.text(metrics));
            assertEquals(expected.get("accuracy").getAsDouble(), metrics.accuracy(), 1e-12);
            JsonObject weighted = expected.getAsJsonObject("weighted");
            assertEquals(
                    weighted.get("precision").getAsDouble(), metrics.weighted().precision(), 1e-12);
            assertEquals(
                    weighted.get("recall").getAsDouble(), metrics.weighted().recall(), 1e-12);
            assertEquals(weighted.get("f1").getAsDouble(), metrics.weighted().f1(), 1e-12);
        }
    }

    private static int[] rows(List<Example> examples) {
        return examples.stream().mapToInt(Example::row).toArray();
    }

    private static int[] ints(JsonArray array) {
        return array.asList().stream().mapToInt(JsonElement::getAsInt).toArray();
    }

    private static List<String> strings(JsonArray array) {
        return array.asList().stream().map(JsonElement::getAsString).toList();
    }
}
