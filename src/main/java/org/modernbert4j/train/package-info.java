/**
 * Fine-tuning: the loop, AdamW, learning rates, what a frozen prefix saves, checkpoints that can be resumed, the classifier that
 * comes out, and its publication.
 *
 * <p>The optimizer does what torch.optim.AdamW does with parameters that have no gradient: a frozen parameter is not decayed, its
 * moments and its step count stay, and unfrozen again it goes on from them. Of the token embedding only the rows of a batch are
 * updated at once, the others to the same bits before they are next read. Batches and dropout follow from the seed, the epoch and
 * the step alone, so a resumed run has no random state to restore.
 *
 * <pre>{@code
 * FineTuned run = FineTuning.of(model, LabelledData.of(csv, "text", "topic"), folder)
 *         .withTrainable(Selector.parse("layers.*.attn.q, head"))
 *         .run(TrainingListener.NONE);
 * try (TextClassifier classifier = TextClassifier.open(run.folder())) {
 *     classifier.classify("Сборная выиграла матч").label();
 * }
 * }</pre>
 */
package org.modernbert4j.train;
