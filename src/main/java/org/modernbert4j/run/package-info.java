/**
 * Training: one loop for every {@link org.modernbert4j.task task}, the folder that a run writes, and resuming a stopped run.
 *
 * <p>A {@link org.modernbert4j.run.Run} holds all settings; they are stored in {@code run.json}. Seed, epoch and step determine
 * batches, dropout and masks, so a resumed run restores no random state. If nothing below a layer trains for several epochs, the
 * outputs of the layers below it are computed only once per text. Each {@link org.modernbert4j.run.RunReport} on the class path
 * writes a report.
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
