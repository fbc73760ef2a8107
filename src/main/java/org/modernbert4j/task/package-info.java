/**
 * What can be learnt: {@link org.modernbert4j.task.SingleLabel classification} and {@link org.modernbert4j.task.MaskedTokens hidden
 * tokens}.
 *
 * <p>A task is two classes. Its settings are a record, named in {@code run.json} as on the command line, with a {@link
 * org.modernbert4j.task.TaskSettings.Provider} that is found by its annotation. Opened with a checkpoint's tokenizer, they give a
 * {@link org.modernbert4j.task.Task}: the head, the texts in batches with targets, what is measured, and the score that the best
 * weights are found by. Nothing else knows of it but the command line.
 *
 * <pre>{@code
 * TaskSettings<ClassificationMetrics> settings = SingleLabel.of(LabelledData.of(csv, "text", "topic"));
 * Task<ClassificationMetrics> task = settings.open(new TaskInput(model, config, tokenizer, 42, notes, network -> {}, Progress.NONE));
 * List<Part> parts = task.parts(Layout.packed(), task.batches(16, 0).get(0), 1, 0);
 * Evaluated<ClassificationMetrics> found = task.evaluate(network, layout, 16, KnownValues.NONE, Progress.NONE);
 * }</pre>
 */
package org.modernbert4j.task;
