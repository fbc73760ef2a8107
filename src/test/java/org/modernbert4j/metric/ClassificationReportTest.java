package org.modernbert4j.metric;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.modernbert4j.metric.ClassificationMetrics.AverageMetrics;
import org.modernbert4j.metric.ClassificationMetrics.ClassMetrics;

class ClassificationReportTest {
    /** What scikit-learn measures and prints; written by {@code make_reports.py}. */
    private record Golden(
            String name,
            List<Integer> truth,
            List<Integer> predicted,
            List<String> names,
            String report,
            double accuracy,
            List<List<Long>> confusion,
            AverageMetrics macro,
            AverageMetrics weighted) {
        ClassificationMetrics measured() {
            return ClassificationMetrics.of(ints(truth), ints(predicted), names);
        }

        private static int[] ints(List<Integer> values) {
            return values.stream().mapToInt(Integer::intValue).toArray();
        }
    }

    private static List<Golden> goldens() throws IOException {
        try (Reader reader = new InputStreamReader(
                ClassificationReportTest.class.getResourceAsStream("/metric/reports.json"), UTF_8)) {
            return List.of(new Gson().fromJson(reader, Golden[].class));
        }
    }

    @Test
    void metricsAreScikitLearnsToTheLastBit() throws IOException {
        for (Golden golden : goldens()) {
            ClassificationMetrics measured = golden.measured();
            assertEquals(golden.accuracy(), measured.accuracy(), golden.name());
            assertEquals(golden.macro(), measured.macro(), golden.name());
            assertEquals(golden.weighted(), measured.weighted(), golden.name());
            if (golden.confusion() != null) {
                assertEquals(golden.confusion(), rows(measured.confusion()), golden.name());
            }
        }
    }

    @Test
    void printsAsScikitLearnToTheByte() throws IOException {
        for (Golden golden : goldens()) {
            assertEquals(golden.report(), ClassificationReport.text(golden.measured()), golden.name());
        }
    }

    @Test
    void roundsTheBinaryValueAsPython() {
        String halfToEven = ClassificationReport.text(recall(1, 8));
        assertTrue(halfToEven.contains("0.12 "), halfToEven);
        String belowHalf = ClassificationReport.text(recall(23, 40));
        assertTrue(belowHalf.contains("0.57 "), belowHalf);
    }

    @Test
    void measuresEachClass() {
        ClassificationMetrics metrics =
                ClassificationMetrics.of(new int[] {0, 0, 1, 1}, new int[] {0, 1, 1, 1}, List.of("a", "b", "c"));
        assertEquals(
                List.of(
                        new ClassMetrics("a", 1, 0.5, 2 / 3.0, 2),
                        new ClassMetrics("b", 2 / 3.0, 1, 0.8, 2),
                        new ClassMetrics("c", 0, 0, 0, 0)),
                metrics.classes());
        assertEquals(1, metrics.confusion().count(0, 1));
    }

    @Test
    void classesAreMeasuredOnceAndOnlyWhenAskedFor() {
        AtomicInteger asked = new AtomicInteger();
        List<String> names = new AbstractList<>() {
            @Override
            public String get(int id) {
                asked.incrementAndGet();
                return "class " + id;
            }

            @Override
            public int size() {
                return 2;
            }
        };
        ClassificationMetrics metrics = ClassificationMetrics.of(new int[] {0, 1}, new int[] {0, 0}, names);
        assertEquals(0.5, metrics.accuracy());
        assertEquals(0, asked.get());
        assertEquals(
                1,
                metrics.weighted().precision()
                        + metrics.macro().recall()
                        + metrics.weighted().precision());
        assertEquals(2, asked.get());
    }

    @Test
    void refusesWhatCannotBeMeasured() {
        List<String> names = List.of("a", "b");
        int[] one = {0};
        assertThrows(IllegalArgumentException.class, () -> ClassificationMetrics.of(new int[0], new int[0], names));
        assertThrows(IllegalArgumentException.class, () -> ClassificationMetrics.of(one, new int[2], names));
        assertThrows(IllegalArgumentException.class, () -> ClassificationMetrics.of(one, new int[] {2}, names));
        assertThrows(IllegalArgumentException.class, () -> ClassificationMetrics.of(new int[] {-1}, one, names));
    }

    private static List<List<Long>> rows(ConfusionMatrix confusion) {
        return Arrays.stream(confusion.toArray())
                .map(row -> Arrays.stream(row).boxed().toList())
                .toList();
    }

    /** One class is right {@code hits} times out of {@code support}; nothing else prints the same digits. */
    private static ClassificationMetrics recall(int hits, int support) {
        int[] predicted = new int[support];
        Arrays.fill(predicted, hits, support, 1);
        return ClassificationMetrics.of(new int[support], predicted, List.of("a", "b"));
    }
}
