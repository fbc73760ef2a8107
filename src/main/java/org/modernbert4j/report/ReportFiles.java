package org.modernbert4j.report;

import com.google.auto.service.AutoService;
import java.nio.file.Path;
import org.modernbert4j.OutputFile;
import org.modernbert4j.checkpoint.OwnFiles;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.run.RunFolder;
import org.modernbert4j.run.RunReport;
import org.modernbert4j.run.RunSummary;
import org.modernbert4j.task.MaskedTokens;
import org.modernbert4j.task.TokenAccuracy;

/** Writes {@code report.html} and {@code README.md} into the folder of a classifier's run, {@code README.md} into a pre-trained model's. */
@AutoService(RunReport.class)
public final class ReportFiles implements RunReport {
    @Override
    public void write(Path folder, RunSummary<?> summary) {
        summary.of(ClassificationMetrics.class)
                .filter(run -> run.best().isPresent())
                .map(RunSummary::validated)
                .ifPresent(run -> {
                    write(folder.resolve(RunFolder.PAGE), HtmlReport.of(run));
                    write(folder.resolve(OwnFiles.CARD), ModelCard.of(run));
                });
        summary.of(TokenAccuracy.class)
                .filter(run -> run.run().task().equals(MaskedTokens.NAME))
                .ifPresent(run -> RunFolder.finalModel(folder)
                        .ifPresent(model -> write(model.resolve(OwnFiles.CARD), PretrainingCard.of(run))));
    }

    private static void write(Path file, String text) {
        OutputFile.write(file, text, "make room and resume");
    }
}
