package org.modernbert4j.report;

import java.util.ArrayList;
import java.util.List;
import org.modernbert4j.Numbers;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.run.RunSummary;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.Measurement.Outcome;

/** A run as one page: results, settings, charts, what trained, the confusion matrix and the metrics of each class. */
public final class HtmlReport {
    private HtmlReport() {}

    /**
     * The page, as a file to write in UTF-8. It needs nothing else: styles and drawings are inside, and there is no script. It is
     * well-formed XML as well. It follows the reader's choice of light or dark, and prints.
     *
     * @param run with validation in each measurement, and a best one
     */
    public static String of(RunSummary<ClassificationMetrics> run) {
        Measurement<ClassificationMetrics> best = run.best().orElseThrow();
        ClassificationMetrics metrics = best.requireValidation().requireMetrics();
        String texts = "Validation texts after epoch " + best.epoch();
        List<Element> sections = new ArrayList<>(List.of(
                EpochsSection.charts(run),
                EpochsSection.of(run, best),
                TrainableSection.of(run),
                ClassesSection.confusion(metrics, texts),
                ClassesSection.of(metrics, texts)));
        run.test().map(ClassesSection::ofTest).ifPresent(sections::add);
        run.data().summary().map(DataSection::of).ifPresent(sections::add);
        return Page.of(run.title(), overview(run, best), Element.of("main", sections));
    }

    private static Element overview(RunSummary<ClassificationMetrics> run, Measurement<ClassificationMetrics> best) {
        return Page.overview(
                run.title(),
                results(run, best),
                run.notes(),
                run.run().settings(),
                run.run().environment());
    }

    private static Element results(RunSummary<ClassificationMetrics> run, Measurement<ClassificationMetrics> best) {
        Outcome<ClassificationMetrics> outcome = best.requireValidation();
        ClassificationMetrics metrics = outcome.requireMetrics();
        return Page.results(
                Page.result("Validation accuracy", Numbers.metric(metrics.accuracy())),
                Page.result("Weighted F1", Numbers.metric(metrics.weighted().f1())),
                Page.result("Macro F1", Numbers.metric(metrics.macro().f1())),
                Page.result("Validation loss", Numbers.metric(outcome.loss())),
                Page.result("Best epoch", best.epoch() + " of " + run.last().epoch()),
                Page.result("Time", Numbers.duration(run.totalSeconds())));
    }
}
