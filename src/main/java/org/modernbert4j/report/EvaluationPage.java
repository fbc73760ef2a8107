package org.modernbert4j.report;

import java.util.List;
import java.util.Map;
import org.modernbert4j.Numbers;
import org.modernbert4j.metric.ClassificationMetrics;

/** How well a classifier did on a file, as one page: results, settings, the confusion matrix and the metrics of each class. */
public final class EvaluationPage {
    private EvaluationPage() {}

    /**
     * The page, as {@link HtmlReport} makes that of a run.
     *
     * @param title such as {@code news on test.csv}
     * @param loss mean cross entropy; NaN where there is none
     * @param notes lines of remarks
     * @param settings by name
     * @param environment by name
     */
    public static String of(
            String title,
            ClassificationMetrics metrics,
            double loss,
            List<String> notes,
            Map<String, String> settings,
            Map<String, String> environment) {
        Element results = Page.results(
                Page.result("Accuracy", Numbers.metric(metrics.accuracy())),
                Page.result("Weighted F1", Numbers.metric(metrics.weighted().f1())),
                Page.result("Macro F1", Numbers.metric(metrics.macro().f1())),
                Page.result("Loss", Double.isNaN(loss) ? "none" : Numbers.metric(loss)),
                Page.result("Texts", Numbers.count(metrics.confusion().total())));
        Element main = Element.of(
                "main",
                ClassesSection.confusion(metrics, "Texts of the file"),
                ClassesSection.of(metrics, "Texts of the file"));
        return Page.of(title, Page.overview(title, results, notes, settings, environment), main);
    }
}
