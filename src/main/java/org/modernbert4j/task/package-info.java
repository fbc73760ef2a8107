/**
 * Training tasks: {@link org.modernbert4j.task.SingleLabel classification} and {@link org.modernbert4j.task.MaskedTokens masked
 * language modelling}.
 *
 * <p>A task consists of two classes. Its settings are a record with the same names in {@code run.json} and on the command line, and
 * with a {@link org.modernbert4j.task.TaskSettings.Provider} that registers the task. Opening the settings with a checkpoint's
 * tokenizer gives a {@link org.modernbert4j.task.Task}: the head, batches with targets, metrics, and the score that selects the
 * best weights. Apart from these two classes, only the command line knows a task.
 *
 * <pre>{@code
 * TaskSettings<ClassificationMetrics> settings = SingleLabel.of(LabelledData.of(csv, "text", "topic"));
 * Task<ClassificationMetrics> task = settings.open(new TaskInput(model, config, tokenizer, 42, notes, network -> {}, Progress.NONE));
 * List<Part> parts = task.parts(Layout.packed(), task.batches(16, 0).get(0), 1, 0);
 * Evaluated<ClassificationMetrics> found = task.evaluate(network, layout, 16, KnownValues.NONE, Progress.NONE);
 * }</pre>
 */
package org.modernbert4j.task;
