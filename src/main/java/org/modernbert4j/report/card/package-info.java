/**
 * Model cards, as the Hugging Face Hub reads them: of a run's classifier, of one that is published, and of a pre-trained model.
 *
 * <pre>{@code
 * Files.writeString(folder.resolve("README.md"), ModelCard.of(run));
 * String card = PublishedCard.of("news", head, 512, "float32", labels, Optional.empty());
 * }</pre>
 */
package org.modernbert4j.report.card;
