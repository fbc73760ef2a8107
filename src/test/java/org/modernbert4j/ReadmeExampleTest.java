package org.modernbert4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.data.Dataset;
import org.modernbert4j.data.Example;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.data.MissingValues;
import org.modernbert4j.freeze.NamedSchedule;
import org.modernbert4j.infer.TextClassifier;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.optim.LearningRateSchedule.Shape;
import org.modernbert4j.run.Run;
import org.modernbert4j.run.RunListener;
import org.modernbert4j.run.Trained;
import org.modernbert4j.task.SingleLabel;

/** The example of the README runs, the README shows it as it stands here, and the tests that it names are there. */
class ReadmeExampleTest {
    private static final Path README = Path.of("README.md");
    private static final Path THIS = Path.of("src/test/java/org/modernbert4j/ReadmeExampleTest.java");

    @TempDir
    private Path temp;

    private static void fineTuneAndClassify(Path model, Path data, Path output) {
        // README begin
        SingleLabel task = SingleLabel.of(LabelledData.of(data, "text", "topic"))
                .withHead("mean")
                .withMaxLength(128);
        Trained<ClassificationMetrics> run = Run.builder(model, task, output)
                .training(training -> training.epochs(3).learningRate(1e-3).learningRateSchedule(Shape.COSINE, 0.1))
                .freezing(NamedSchedule.END_TO_START)
                .start(RunListener.NONE);

        try (TextClassifier classifier = TextClassifier.open(run.folder())) {
            System.out.println(classifier.classify("Сборная выиграла матч").label());
        }
        // README end
    }

    @Test
    void fineTunesAndClassifies() {
        PrintStream out = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            fineTuneAndClassify(TinyCheckpoint.MODEL, TinyCheckpoint.DATA, temp.resolve("run"));
        } finally {
            System.setOut(out);
        }
        String label = printed.toString(StandardCharsets.UTF_8).strip();
        List<Example> examples = Dataset.read(TinyCheckpoint.DATA, "text", "topic", MissingValues.DROP)
                .examples();
        assertTrue(examples.stream().anyMatch(example -> example.label().equals(label)), label);
    }

    @Test
    void theReadmeShowsThisExample() throws IOException {
        assumeTrue(Files.exists(README), "there is no README.md yet");
        List<String> source = Files.readAllLines(THIS);
        int begin = source.indexOf("        // README begin");
        int end = source.indexOf("        // README end");
        String example = String.join("\n", source.subList(begin + 1, end)).stripIndent();
        assertTrue(
                Files.readString(README).contains("```java\n" + example + "\n```"), "wanted in README.md:\n" + example);
    }

    @Test
    void everyTestThatTheReadmeNamesIsThere() throws IOException {
        Set<String> tests;
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            tests = files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
        List<String> absent = Pattern.compile("`(\\w+Test)`")
                .matcher(Files.readString(README))
                .results()
                .map(name -> name.group(1))
                .filter(name -> !tests.contains(name + ".java"))
                .toList();
        assertEquals(List.of(), absent);
    }
}
