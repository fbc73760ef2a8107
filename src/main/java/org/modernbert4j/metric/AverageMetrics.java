package org.modernbert4j.metric;

/**
 * Metrics averaged over the classes, each 0 to 1.
 *
 * @param precision mean precision
 * @param recall mean recall
 * @param f1 mean F1, which need not lie between the other two
 */
public record AverageMetrics(double precision, double recall, double f1) {}
