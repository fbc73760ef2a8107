package org.modernbert4j.backend;

/**
 * An own op to run, without its arrays.
 *
 * @param op name of the op
 * @param integers its integer attributes, in the op's order
 * @param numbers its floating-point attributes, in the op's order
 */
public record OpCall(String op, long[] integers, double[] numbers) {}
