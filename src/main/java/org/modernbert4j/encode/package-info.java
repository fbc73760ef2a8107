/**
 * Texts to vectors: the hidden states of any layer, pooled or not, and files of them.
 *
 * <p>Layers are numbered as {@code hidden_states} of transformers: 0 is what the first layer begins with, the last is the output
 * of the final norm.
 *
 * <pre>{@code
 * try (TextEncoder encoder = TextEncoder.open(folder, OptionalInt.empty(), OptionalInt.empty(), Precision.FLOAT32)) {
 *     float[] vector = encoder.encode("Сборная выиграла матч", TextPooling.MEAN);
 * }
 * }</pre>
 */
package org.modernbert4j.encode;
