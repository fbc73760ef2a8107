/**
 * Published checkpoints: maps parameters to tensors, reads a network's weights and writes them. A folder is written whole or not at
 * all ({@code AtomicFolder}), lists the hashes of its files ({@code Checksums}), and is removed file by file, by the names that are ours
 * ({@code OwnFiles}).
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
