/**
 * How well a classifier did: scikit-learn's measures and its report, to the byte.
 *
 * <pre>{@code
 * ClassificationMetrics metrics = ClassificationMetrics.of(truth, predicted, labels.names());
 * System.out.println(metrics.accuracy());
 * System.out.print(ClassificationReport.text(metrics));
 * }</pre>
 *
 * <p>A measure that would divide by zero is zero.
 */
package org.modernbert4j.report;
