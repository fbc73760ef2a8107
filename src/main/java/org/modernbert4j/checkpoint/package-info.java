/**
 * Published checkpoints: maps parameters to tensors, reads a network's weights and writes them.
 *
 * <pre>{@code
 * try (Checkpoint checkpoint = Checkpoint.open(folder)) {
 *     Architecture architecture = Architecture.of(checkpoint.config(), Head.named("cls", 17, 0.3));
 *     Checkpoint.Loaded loaded = checkpoint.load(architecture, backend, seed);
 *     loaded.report().forEach(log);
 * }
 * }</pre>
 */
package org.modernbert4j.checkpoint;
