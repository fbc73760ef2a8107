/**
 * Published checkpoints: which tensor holds which parameter, reading a network's weights and writing them back.
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
