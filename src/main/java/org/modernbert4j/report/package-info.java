/**
 * Tells people of a run, in files of its folder. A run finds the report here by {@link java.util.ServiceLoader}: {@code
 * report.html} and a model card for classifiers, a model card for pre-trained models.
 *
 * <p>The packages below make text of numbers: {@code markup} writes HTML and SVG, {@code chart} draws, {@code page} puts a page
 * together, {@code card} writes model cards.
 *
 * <pre>{@code
 * System.out.print(EpochText.of(measurement, plan));
 * Files.writeString(Path.of("report.html"), HtmlReport.of(run));
 * Files.writeString(Path.of("README.md"), ModelCard.of(run));
 * }</pre>
 *
 * <p>Numbers are written the same in every locale.
 */
package org.modernbert4j.report;
