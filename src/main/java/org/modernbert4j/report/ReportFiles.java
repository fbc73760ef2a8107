package org.modernbert4j.report;

import com.google.auto.service.AutoService;
import java.nio.file.Path;
import org.modernbert4j.OutputFile;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.report.card.ModelCard;
import org.modernbert4j.report.card.PretrainingCard;
import org.modernbert4j.report.page.HtmlReport;
import org.modernbert4j.run.RunFolder;
import org.modernbert4j.run.RunReport;
import org.modernbert4j.run.RunSummary;
import org.modernbert4j.task.MaskedTokens;
import org.modernbert4j.task.TokenAccuracy;

/**
 * Of a run that trains a classifier, {@code report.html} and {@code README.md} in the run's folder; of a pre-trained model, {@code
 * README.md} in the model's.
 */
@AutoService(RunReport.class)
public final class ReportFiles implements RunReport {
    @Override
    public void write(Path folder, RunSummary<?> summary) {
        summary.of(ClassificationMetrics.class)
                .filter(run -> run.best().isPresent())
                .map(RunSummary::validated)
                .ifPresent(run -> {
                    OutputFile.write(folder.resolve("report.html"), HtmlReport.of(run), "make room and resume");
                    OutputFile.write(folder.resolve("README.md"), ModelCard.of(run), "make room and resume");
                });
        Path model = RunFolder.model(folder);
        boolean exists = !model.equals(folder);
        summary.of(TokenAccuracy.class)
                .filter(run -> exists && run.run().task().equals(MaskedTokens.NAME))
                .ifPresent(run ->
                        OutputFile.write(model.resolve("README.md"), PretrainingCard.of(run), "make room and resume"));
    }
}
