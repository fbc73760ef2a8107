package org.modernbert4j.infer;

import java.util.Optional;
import org.modernbert4j.data.Text;
import org.modernbert4j.infer.TextClassifier.Classification;

/**
 * What a row of a file gets.
 *
 * @param text of the row
 * @param found empty where the row holds no text
 */
public record Answer(Text text, Optional<Classification> found) {}
