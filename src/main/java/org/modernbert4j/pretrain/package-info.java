/**
 * Masked-language-model training: of an encoder with random weights, or of a published one that is to know a domain better.
 *
 * <p>Texts are packed whole into sequences of a length, three tokens of ten are hidden, and the tokens that stood there are guessed
 * (Devlin et al. 2019; Warner et al. 2024). Sequences, masks and their order follow from the seed and the step alone, so a resumed
 * run has no random state to restore.
 *
 * <pre>{@code
 * Pretraining run = Pretraining.of(model, List.of(Path.of("novel.txt")), output)
 *         .withTraining(PretrainingOptions.of(3_000, 48, 1e-3, 42));
 * Pretrained pretrained = run.run(PretrainingListener.NONE);
 * FineTuning.of(pretrained.model(), labelledData, runFolder).run(TrainingListener.NONE);
 * }</pre>
 */
package org.modernbert4j.pretrain;
