package org.modernbert4j.backend;

/**
 * What a step of AdamW does to one parameter. All arrays have the same shape.
 *
 * @param weight the parameter, changed in place
 * @param mean running mean of its gradient, changed in place
 * @param meanSquare running mean of its gradient's square, changed in place
 * @param gradient of the loss
 * @param step the numbers of the step
 */
public record AdamWUpdate(Array weight, Array mean, Array meanSquare, Array gradient, AdamWStep step) {}
