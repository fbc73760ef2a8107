/**
 * Drawings in SVG: how a metric goes from epoch to epoch, and what of a network trains. Colours come from the style sheet of the
 * page, but for a plan that is a file of its own.
 *
 * <pre>{@code
 * Metric loss = new Metric("loss", "Loss", Double.POSITIVE_INFINITY);
 * Element drawing = LineChart.of(loss, List.of(new Value(1, 0.9, 0.8), new Value(2, 0.6, 0.7)), plan.phases());
 * Files.writeString(Path.of("plan.svg"), PlanSvg.of(plan));
 * }</pre>
 */
package org.modernbert4j.report.chart;
