package org.modernbert4j.backend;

/**
 * The most that a device can do in a second, by its maker's figures.
 *
 * @param float32 additions and multiplications of float32
 * @param half those of matrix products of bfloat16 or float16 that are summed in float32
 * @param bytes read from or written to its memory
 */
public record PeakRates(double float32, double half, double bytes) {}
