/**
 * Named tensors in safetensors files: reading, writing, and checkpoints split over several files.
 *
 * <p>A header is checked before anything else is read, so a tensor that can be asked for is wholly in its file. Contents are
 * mapped when they are asked for, never copied as a whole.
 *
 * <pre>{@code
 * try (Tensors tensors = SafetensorsFolder.open(Path.of("checkpoint"))) {
 *     float[] norm = tensors.floats("model.final_norm.weight");
 *     TensorSource copy = TensorSource.floats("norm", List.of((long) norm.length), () -> FloatBuffer.wrap(norm));
 *     SafetensorsWriter.write(Path.of("norm.safetensors"), Map.of("format", "pt"), List.of(copy));
 * }
 * }</pre>
 */
package org.modernbert4j.safetensors;
