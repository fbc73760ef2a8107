package org.modernbert4j.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.Schedule;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.model.PooledHead;
import org.modernbert4j.run.RunFile;
import org.modernbert4j.run.RunSummary;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.Measurement.Outcome;
import org.modernbert4j.task.Measurement.Totals;

/** Runs that nobody ran. */
public final class Runs {
    /** Labels of news. */
    public static final List<String> TOPICS = List.of(
            "Россия",
            "Мир",
            "Экономика",
            "Спорт",
            "Культура",
            "Бывший СССР",
            "Наука и техника",
            "Интернет и СМИ",
            "Из жизни",
            "Дом",
            "Силовые структуры",
            "Ценности",
            "Бизнес",
            "Путешествия",
            "69-я параллель",
            "Крым",
            "Культпросвет");

    private static final int TEXTS_PER_CLASS = 60;

    private Runs() {}

    /** Three epochs that get better, of the base-sized network on the topics of news. */
    public static RunSummary<ClassificationMetrics> news() {
        return run("Topics of Russian news", TOPICS, "end-to-start", 3);
    }

    /** Some epochs that get better, the last the best. */
    public static RunSummary<ClassificationMetrics> run(
            String title, List<String> labels, String schedule, int epochs) {
        Architecture architecture = Architecture.of(
                ModernBertConfig.parse(config(), "config.json"), new PooledHead(labels.size(), 0.3, Pooling.CLS));
        FreezePlan plan =
                FreezePlan.of(Schedule.of(schedule, architecture.config().encoder()), architecture, epochs);
        List<Measurement<ClassificationMetrics>> measurements = IntStream.rangeClosed(1, epochs)
                .mapToObj(epoch -> epoch(epoch, plan, labels))
                .toList();
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("model", "deepvk/RuModernBERT-base@" + "0a".repeat(20));
        settings.put("data", "news.csv.zip, 40,000 rows, 10 % for validation");
        settings.put("head", "cls, dropout 0.3");
        settings.put("schedule", schedule);
        settings.put("learning_rate", "5e-5, head 1e-3");
        settings.put("batch size", "16 texts");
        settings.put("seed", "42");
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("modernbert4j", "0.1.0");
        environment.put("Java", "17.0.12, Linux amd64");
        environment.put("ND4J", "1.0.0-M2.1");
        environment.put("CPU", "8 cores, AVX-512");
        environment.put("Threads", "8");
        return new RunSummary<>(
                title,
                new RunFile.Description("single-label", settings, environment),
                new RunSummary.Data(List.of(), Optional.empty()),
                plan,
                measurements,
                Optional.of(measurements.get(epochs - 1)),
                Optional.empty(),
                List.of("12 rows without a topic or text were left out."));
    }

    /** A run without a setting or a note. */
    public static RunSummary<ClassificationMetrics> bare(
            FreezePlan plan, List<Measurement<ClassificationMetrics>> measurements, int best) {
        return described(Map.of(), plan, measurements, best);
    }

    /** A run with some settings and without a note. */
    public static RunSummary<ClassificationMetrics> described(
            Map<String, String> settings,
            FreezePlan plan,
            List<Measurement<ClassificationMetrics>> measurements,
            int best) {
        return new RunSummary<>(
                "t",
                new RunFile.Description("single-label", settings, Map.of()),
                new RunSummary.Data(List.of(), Optional.empty()),
                plan,
                measurements,
                Optional.of(measurements.get(best)),
                Optional.empty(),
                List.of());
    }

    /** The measurement after an epoch in which nothing changed and no time passed. */
    public static Measurement<ClassificationMetrics> measurement(
            int epoch, int step, double loss, ClassificationMetrics train, ClassificationMetrics validation) {
        return new Measurement<>(
                step,
                epoch,
                1,
                1e-5,
                new Totals(1, 0, 0),
                new Outcome<>(loss, Optional.of(train), 0),
                Optional.of(new Outcome<>(loss, Optional.of(validation), 0)));
    }

    private static Measurement<ClassificationMetrics> epoch(int epoch, FreezePlan plan, List<String> labels) {
        Random random = new Random(epoch);
        double seconds = 745.3;
        Outcome<ClassificationMetrics> training = new Outcome<>(
                1.4 / (epoch + 0.2),
                Optional.of(metrics(labels, 0.55 + 0.4 * (1 - 1.0 / epoch), random)),
                seconds / epoch);
        Outcome<ClassificationMetrics> validation = new Outcome<>(
                1.1 / Math.sqrt(epoch + 0.3),
                Optional.of(metrics(labels, 0.6 + 0.3 * (1 - 1.0 / epoch), random)),
                38.1);
        return new Measurement<>(
                2250 * epoch,
                epoch,
                plan.epochs().get(epoch - 1).parameters(),
                5e-5,
                new Totals(
                        1_000_000L * epoch,
                        IntStream.rangeClosed(1, epoch)
                                .mapToDouble(i -> seconds / i)
                                .sum(),
                        0),
                training,
                Optional.of(validation));
    }

    /** Misses fall on the next classes more often than on others. */
    private static ClassificationMetrics metrics(List<String> labels, double accuracy, Random random) {
        int[] truth = IntStream.range(0, labels.size() * TEXTS_PER_CLASS)
                .map(text -> text % labels.size())
                .toArray();
        int[] predicted = IntStream.of(truth)
                .map(label -> random.nextDouble() < accuracy
                        ? label
                        : (label + (int) Math.abs(3 * random.nextGaussian())) % labels.size())
                .toArray();
        return ClassificationMetrics.of(truth, predicted, labels);
    }

    private static String config() {
        try (InputStream in = Runs.class.getResourceAsStream("/freeze/config.json")) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
