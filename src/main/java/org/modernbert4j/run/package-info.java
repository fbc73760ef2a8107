/**
 * Training: one loop for every {@link org.modernbert4j.task task}, the folder that a run writes, and how a stopped run goes on.
 *
 * <p>A {@link org.modernbert4j.run.Run} is all settings; they are kept in {@code run.json}. Batches, dropout and masks follow from
 * the seed, the epoch and the step alone, so a resumed run has no random state to restore. While nothing trains below some layer
 * for several epochs, what the layers below it give for a text is computed once. Reports are found by {@link
 * org.modernbert4j.run.RunReport}.
 *
 * <pre>{@code
 * Trained<ClassificationMetrics> trained = Run.builder(model, SingleLabel.of(LabelledData.of(csv, "text", "topic")), folder)
 *         .training(training -> training.epochs(3).learningRate(5e-5).learningRateSchedule(Shape.LINEAR, 0.1))
 *         .freezing(NamedSchedule.END_TO_START)
 *         .start(RunListener.NONE);
 * double f1 = trained.requireBest().requireValidation().requireMetrics().weighted().f1();
 * Run.resume(folder, RunListener.NONE); // after a stop, to the same bits
 * }</pre>
 */
package org.modernbert4j.run;
