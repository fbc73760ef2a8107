package org.modernbert4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.modernbert4j.InputException;
import org.modernbert4j.TinyCheckpoint;

class SamplingTest {
    private final SamplingGolden golden = SamplingGolden.load();

    @Test
    void samplesAsPandas() {
        for (SamplingGolden.Sample expected : golden.samples()) {
            List<Example> all = labelled(Collections.nCopies(expected.size(), "x"));
            assertEquals(
                    expected.rows(), rows(Samples.of(all, expected.fraction(), expected.seed())), expected.toString());
        }
    }

    @Test
    void splitsAsScikitLearn() {
        for (SamplingGolden.Parts expected : golden.splits()) {
            Sampling.Split split = Samples.split(labelled(expected.labels()), expected.validation(), expected.seed());
            assertEquals(expected.train(), rows(split.train()), expected.name());
            assertEquals(expected.test(), rows(split.validation()), expected.name());
        }
    }

    @Test
    void choosesTheRowsOfThePublishedExperiment() {
        SamplingGolden.Experiment expected = golden.experiment();
        List<Example> sampled = Samples.of(labelled(shuffled(expected.counts())), 0.25, 42);
        expected.sampled().check(rows(sampled));
        assertEquals(expected.labels(), Labels.byFirstAppearance(sampled).names());
        Sampling.Split split = Samples.split(sampled, 0.2, 42);
        expected.train().check(rows(split.train()));
        expected.validation().check(rows(split.validation()));
    }

    @Test
    void refusesALabelWithOneText() {
        String message = splitError(List.of("a", "a", "a", "rare", "a"), 0.4);
        assertTrue(message.contains("\"rare\": one text only (line 5)"), message);
        assertTrue(message.contains("--exclude-labels"), message);
    }

    @Test
    void namesTheFileOfALineAmongSeveral() {
        Path file = Path.of("a.csv");
        assertEquals("line 3", new Tables(List.of(file), List.of(0)).placeInMessage(1, 3));
        Tables two = new Tables(List.of(file, Path.of("b.csv")), List.of(0, 2));
        assertEquals("a.csv line 3", two.placeInMessage(1, 3));
        assertEquals("b.csv line 3", two.placeInMessage(3, 3));
    }

    @Test
    void refusesFewerValidationTextsThanLabels() {
        String message = splitError(List.of("a", "a", "b", "b", "c", "c"), 0.2);
        assertTrue(message.startsWith("validation part: 2 texts for 3 labels"), message);
    }

    @Test
    void refusesFewerTrainingTextsThanLabels() {
        String message = splitError(List.of("a", "a", "b", "b", "c", "c"), 0.8);
        assertTrue(message.startsWith("training part: 1 texts for 3 labels"), message);
    }

    @Test
    void theCallerOfASelectionDecidesHowItIsSplit() {
        Selection selection = Selection.of(
                LabelledData.of(TinyCheckpoint.DATA, "text", "topic"),
                drawn -> new Sampling.Split(
                        drawn.examples().subList(1, drawn.examples().size()),
                        drawn.examples().subList(0, 1)));
        assertEquals(1, selection.validation().examples().size());
    }

    @Test
    void refusesFractionsOutside() {
        List<Example> all = labelled(List.of("a", "a", "b", "b"));
        for (double fraction : new double[] {0, -0.1, 1.01, Double.NaN}) {
            assertThrows(InputException.class, () -> Samples.of(all, fraction, 42));
            assertThrows(InputException.class, () -> Samples.split(all, fraction, 42));
        }
        assertThrows(InputException.class, () -> Samples.split(all, 1, 42));
    }

    @Test
    void refusesAnEmptySample() {
        List<Example> all = labelled(List.of("a", "a"));
        InputException error = assertThrows(InputException.class, () -> Samples.of(all, 0.25, 42));
        assertEquals("sample fraction 0.25: gives none of 2 texts; choose a larger one", error.getMessage());
    }

    private static String splitError(List<String> labels, double validation) {
        return assertThrows(InputException.class, () -> Samples.split(labelled(labels), validation, 42))
                .getMessage();
    }

    private static List<String> shuffled(Map<String, Integer> counts) {
        List<String> inOrder = new ArrayList<>();
        counts.forEach((label, count) -> inOrder.addAll(Collections.nCopies(count, label)));
        return IntStream.range(0, inOrder.size())
                .mapToObj(i -> inOrder.get((int) (i * 7919L % inOrder.size())))
                .toList();
    }

    private static List<Example> labelled(List<String> labels) {
        return IntStream.range(0, labels.size())
                .mapToObj(row -> new Example(row, "text", labels.get(row)))
                .toList();
    }

    private static List<Integer> rows(List<Example> examples) {
        return examples.stream().map(Example::row).toList();
    }
}
