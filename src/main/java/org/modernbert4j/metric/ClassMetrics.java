package org.modernbert4j.metric;

/**
 * How well one class is told from the others; each metric is 0 to 1, and 0 where it would divide by zero.
 *
 * @param name of the class
 * @param precision how many of the texts predicted to be of the class are
 * @param recall how many of the texts of the class are predicted to be
 * @param f1 harmonic mean of the two
 * @param support texts of the class
 */
public record ClassMetrics(String name, double precision, double recall, double f1, long support) {}
