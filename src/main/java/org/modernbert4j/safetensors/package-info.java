/**
 * Reads and writes named tensors in safetensors files, also checkpoints split over several files.
 *
 * <p>Opening a file checks its header, so each tensor is complete in its file. Contents are mapped into memory on demand, never
 * copied as a whole.
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
