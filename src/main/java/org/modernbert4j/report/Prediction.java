package org.modernbert4j.report;

/**
 * What was predicted for a text whose class is known.
 *
 * @param row of the text in its file, from 0
 * @param label its class
 * @param predicted the class that was predicted
 * @param probability of the predicted class, 0 to 1
 */
public record Prediction(int row, String label, String predicted, double probability) {}
