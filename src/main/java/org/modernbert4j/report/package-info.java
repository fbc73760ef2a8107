/**
 * Reports on a run, in files of its folder: {@code report.html} and a model card for a classifier, a model card for a pre-trained
 * model. A run finds {@link ReportFiles} by {@link java.util.ServiceLoader}.
 *
 * <p>{@link HtmlReport} puts a page together from a class for each section; {@code report.css} says how it looks. {@link ModelCard},
 * {@link PretrainingCard} and {@link PublishedCard} are cards as the Hugging Face Hub reads them. HTML and SVG are well-formed XML;
 * numbers are written the same in every locale.
 *
 * <pre>{@code
 * Files.writeString(Path.of("page.html"), HtmlReport.of(run));
 * Files.writeString(Path.of("README.md"), ModelCard.of(run));
 * Files.writeString(Path.of("plan.svg"), CoverageMap.ofPlan(plan));
 * String card = PublishedCard.of("news", head, 512, "float32", labels, Optional.empty());
 * }</pre>
 */
package org.modernbert4j.report;
