/**
 * Metrics of a classifier by scikit-learn's definitions, equal to its numbers to the last bit, and its report as text, equal to
 * the byte. Works on the ids of classes; knows of no network and writes no file.
 *
 * <pre>{@code
 * int[] truth = {0, 0, 1, 1};
 * int[] predicted = {0, 1, 1, 1};
 * ClassificationMetrics metrics = ClassificationMetrics.of(truth, predicted, List.of("news", "sport"));
 * double f1 = metrics.weighted().f1();
 * long mistakes = metrics.confusion().count(0, 1);
 * String table = ClassificationReport.text(metrics);
 * }</pre>
 *
 * <p>A metric that would divide by zero is zero.
 */
package org.modernbert4j.metric;
