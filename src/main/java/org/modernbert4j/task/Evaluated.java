package org.modernbert4j.task;

import java.util.Map;

/**
 * What came of the validation texts.
 *
 * @param <M> the task's metrics
 * @param loss mean
 * @param metrics of the outputs
 * @param files texts by file name that are kept of the best evaluation, such as its predictions
 */
public record Evaluated<M>(double loss, M metrics, Map<String, String> files) {}
