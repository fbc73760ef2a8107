/**
 * What a ModernBERT network is: its dimensions and settings, as a checkpoint's {@code config.json} gives them.
 *
 * <pre>{@code
 * ModernBertConfig config = ModernBertConfig.read(Path.of("checkpoint"));
 * int headSize = config.headSize();
 * String json = config.withClasses(List.of("ham", "spam")).toJson("ModernBertForSequenceClassification");
 * }</pre>
 */
package org.modernbert4j.model;
