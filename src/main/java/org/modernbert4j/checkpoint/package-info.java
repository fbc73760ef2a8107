/**
 * Published checkpoints: which tensor holds which parameter, reading a network's weights and writing them back.
 *
 * <pre>{@code
 * try (Checkpoint checkpoint = Checkpoint.open(folder)) {
 *     Architecture architecture = Architecture.of(checkpoint.config(), new Head.Pooled(17, 0.3, Pooling.CLS));
 *     Checkpoint.Loaded loaded = checkpoint.load(architecture, seed);
 *     loaded.report().forEach(log);
 * }
 * }</pre>
 */
package org.modernbert4j.checkpoint;
