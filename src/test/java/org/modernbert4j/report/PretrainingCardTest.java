package org.modernbert4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.modernbert4j.run.RunFile;
import org.modernbert4j.run.RunSummary;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.Measurement.Outcome;
import org.modernbert4j.task.Measurement.Totals;
import org.modernbert4j.task.Task.Source;
import org.modernbert4j.task.TokenAccuracy;

class PretrainingCardTest {
    private static final String HEADER = "| Step | Tokens | Training Loss | Validation Loss | Masked Accuracy |";

    @Test
    void aCardHasWhatTheHubReadsAndTheCommand() {
        String card = PretrainingCard.of(run(true));

        for (String part : List.of(
                "---\nlibrary_name: modernbert4j\nbase_model: owner/name\npipeline_tag: fill-mask\n",
                "# news \\[1\\]\n",
                "guesses 25.00 % of the hidden tokens, at a loss of 1.0200.",
                "22 layers of width 768, 12 heads",
                "| a.txt | 7 | 1,234 | `" + "0".repeat(64) + "` |",
                "50 steps, 51,200 tokens, 1 min 40 s.",
                " pretrain --model owner/name@" + "0a".repeat(20)
                        + " --data 'my texts/a.txt' --mask-rate 0.3 --steps 50 --no-decay 'bias, norm'\n")) {
            assertTrue(card.contains(part), part + " is not in\n" + card);
        }
    }

    @Test
    void theCurveFitsIntoATable() {
        List<String> lines = PretrainingCard.of(run(true))
                .lines()
                .dropWhile(line -> !line.equals(HEADER))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .toList();

        assertEquals(20, lines.size());
        assertTrue(lines.get(0).startsWith("| 2 | 2,048 | 0.5000 | 1.5000 | "), lines.get(0));
        assertTrue(lines.get(19).startsWith("| 50 | 51,200 | 0.0200 | 1.0200 | 25.00 % |"), lines.get(19));
    }

    @Test
    void withoutValidationNothingIsSaidOfIt() {
        String card = PretrainingCard.of(run(false));

        assertFalse(card.contains("it guesses"), card);
        assertTrue(card.contains("| 50 | 51,200 | 0.0200 |  |  |"), card);
    }

    private static RunSummary<TokenAccuracy> run(boolean validated) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("model", "owner/name@" + "0a".repeat(20));
        settings.put("data", "my texts/a.txt");
        settings.put("data sha256", "0".repeat(64));
        settings.put("mask rate", "0.3");
        settings.put("steps", "50");
        settings.put("epochs", "1");
        settings.put("no decay", "bias, norm");
        List<Measurement<TokenAccuracy>> measurements = IntStream.rangeClosed(1, 50)
                .mapToObj(step -> measurement(step, validated))
                .toList();
        return new RunSummary<>(
                "news [1]",
                new RunFile.Description("masked-tokens", settings, Map.of("java", "17")),
                new RunSummary.Data(
                        List.of(new Source(Path.of("my texts", "a.txt"), 7, 1234, "0".repeat(64))), Optional.empty()),
                Runs.news().plan(),
                measurements,
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    private static Measurement<TokenAccuracy> measurement(int step, boolean validated) {
        Optional<Outcome<TokenAccuracy>> validation = validated
                ? Optional.of(new Outcome<>(1 + 1.0 / step, Optional.of(new TokenAccuracy(step / 200.0)), 1))
                : Optional.empty();
        return new Measurement<>(
                step,
                1,
                1,
                5e-4,
                new Totals(1024L * step, 2.0 * step, 0),
                new Outcome<>(1.0 / step, Optional.empty(), 2),
                validation);
    }
}
