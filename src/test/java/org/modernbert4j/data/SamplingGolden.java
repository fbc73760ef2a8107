package org.modernbert4j.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.Gson;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/** What numpy, pandas and scikit-learn choose; written by {@code make_sampling.py}. */
record SamplingGolden(
        List<Permutation> permutations,
        List<Choice> choices,
        List<Sample> samples,
        List<Parts> splits,
        List<Column> columns,
        Experiment experiment) {
    record Permutation(long seed, int size, List<Integer> order) {}

    record Choice(long seed, List<Integer> values, List<Integer> chosen) {}

    record Sample(int size, double fraction, long seed, List<Integer> rows) {}

    record Parts(
            String name, List<String> labels, double validation, long seed, List<Integer> train, List<Integer> test) {}

    /** A column of labels, read and split; {@code labels} as they are printed, of the rows that are left. */
    record Column(
            String name,
            List<String> words,
            boolean keepNa,
            List<Integer> rows,
            List<String> labels,
            List<Integer> train,
            List<Integer> test) {}

    record Experiment(
            LinkedHashMap<String, Integer> counts,
            List<String> labels,
            Digest sampled,
            Digest train,
            Digest validation) {}

    /** Rows joined by commas. */
    record Digest(int size, String sha256) {
        void check(List<Integer> rows) {
            String joined = rows.stream().map(String::valueOf).collect(Collectors.joining(","));
            assertEquals(size, rows.size());
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(joined.getBytes(UTF_8));
                assertEquals(sha256, HexFormat.of().formatHex(digest));
            } catch (NoSuchAlgorithmException absent) {
                throw new AssertionError(absent);
            }
        }
    }

    static SamplingGolden load() {
        try (Reader reader =
                new InputStreamReader(SamplingGolden.class.getResourceAsStream("/sampling/sampling.json"), UTF_8)) {
            return new Gson().fromJson(reader, SamplingGolden.class);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
