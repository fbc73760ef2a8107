/**
 * A run as one HTML page, put together from a class for each section. {@code report.css} says how it looks.
 *
 * <pre>{@code
 * Files.writeString(folder.resolve("report.html"), HtmlReport.of(run));
 * }</pre>
 */
package org.modernbert4j.report.page;
