/**
 * How well a classifier did: scikit-learn's measures and its report, to the byte, and what is written about a run for people
 * and for other programs. Everything here makes text of data; none of it writes a file or prints.
 *
 * <pre>{@code
 * ClassificationMetrics metrics = ClassificationMetrics.of(truth, predicted, labels.names());
 * String table = ClassificationReport.text(metrics);
 *
 * RunSummary run = new RunSummary("news", settings, environment, plan, epochs, 3, notes);
 * Files.writeString(folder.resolve("report.html"), HtmlReport.of(run));
 * Files.writeString(folder.resolve("README.md"), ModelCard.of(run));
 * Files.writeString(folder.resolve("metrics.csv"), MetricsCsv.of(run.epochs()));
 * Files.writeString(folder.resolve("predictions.csv"), PredictionsCsv.of(predictions));
 * }</pre>
 *
 * <p>A measure that would divide by zero is zero. Numbers are written the same in every locale.
 *
 * <p>{@link org.modernbert4j.report.HtmlReport} is put together from one class for each section. They make
 * {@code Markup}, which cannot but be well-formed; drawings are made of {@code Svg}, and {@code report.css} says how all of it looks.
 */
package org.modernbert4j.report;
