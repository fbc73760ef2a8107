package org.modernbert4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.Numbers;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.run.RunFile;
import org.modernbert4j.run.RunReport;
import org.modernbert4j.run.RunSummary;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.Measurement.Outcome;
import org.modernbert4j.task.Measurement.Totals;
import org.modernbert4j.task.TokenAccuracy;

class RunReportsTest {
    private static final RunSummary<ClassificationMetrics> NEWS = Runs.news();

    @TempDir
    private Path folder;

    /** As a run does it. */
    private List<String> write(RunSummary<?> summary) throws IOException {
        ServiceLoader.load(RunReport.class).forEach(report -> report.write(folder, summary));
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private RunSummary<ClassificationMetrics> news(List<Measurement<ClassificationMetrics>> measurements) {
        Optional<Measurement<ClassificationMetrics>> best = measurements.stream()
                .filter(measurement -> measurement.validation().isPresent())
                .findFirst();
        return new RunSummary<>(
                "t", NEWS.run(), NEWS.data(), NEWS.plan(), measurements, best, Optional.empty(), List.of());
    }

    private static Measurement<ClassificationMetrics> measurement(int step, int epoch, boolean validated) {
        Measurement<ClassificationMetrics> like = NEWS.last();
        return new Measurement<>(
                step,
                epoch,
                like.trainable(),
                like.learningRate(),
                like.totals(),
                like.training(),
                like.validation().filter(outcome -> validated));
    }

    @Test
    void aClassifierHasAPageAndACard() throws IOException {
        assertEquals(List.of("README.md", "report.html"), write(NEWS));
    }

    @Test
    void nothingIsWrittenBeforeAnyValidation() throws IOException {
        assertEquals(List.of(), write(news(List.of(measurement(5, 1, false)))));
    }

    /** Three times in the first epoch, never in the second, once in the third. */
    @Test
    void aRunMayBeMeasuredAtAnyStep() throws Exception {
        List<Measurement<ClassificationMetrics>> measurements = new ArrayList<>();
        for (int step : List.of(10, 20, 30)) {
            measurements.add(measurement(step - 5, 1, false));
            measurements.add(measurement(step, 1, true));
        }
        measurements.add(measurement(290, 3, true));
        assertEquals(List.of("README.md", "report.html"), write(news(measurements)));

        Path page = folder.resolve("report.html");
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(page.toFile());
        assertEquals(
                4,
                Files.readString(page)
                        .lines()
                        .filter(line -> line.contains(
                                Numbers.duration(NEWS.last().training().seconds())))
                        .count());
        String card = Files.readString(folder.resolve("README.md"));
        assertTrue(card.contains("| 1.0 | 10 |") && card.contains("| 3.0 | 290 |") && !card.contains("| 5 |"), card);
    }

    @Test
    void aPreTrainedModelHasItsCardOnceItIsThere() throws IOException {
        RunFile.Description run = new RunFile.Description("masked-tokens", Map.of(), Map.of());
        Outcome<TokenAccuracy> training = new Outcome<>(2, Optional.empty(), 1);
        List<Measurement<TokenAccuracy>> measurements =
                List.of(new Measurement<>(1, 1, 1, 1e-3, new Totals(64, 1, 0), training, Optional.empty()));
        RunSummary<TokenAccuracy> summary = new RunSummary<>(
                "t", run, NEWS.data(), NEWS.plan(), measurements, Optional.empty(), Optional.empty(), List.of());
        assertEquals(List.of(), write(summary));

        Files.createDirectory(folder.resolve("model"));
        Files.writeString(folder.resolve("run.json"), "{}");
        assertEquals(List.of("model/README.md", "run.json"), write(summary));
    }
}
