/**
 * ModernBERT networks: configuration, names and shapes of parameters, the encoder and the heads. This package does not depend on
 * data or training.
 *
 * <p>{@link org.modernbert4j.model.ModernBert} holds the whole encoder, from the embedding to the final norm. Query, key and value
 * are three parameters, so each can be frozen separately. A batch places the rows of its texts one after the other, packed or
 * padded ({@link org.modernbert4j.model.Layout}); only attention, pooling and the LSTM know where a text begins.
 *
 * <p>Shapes use the names {@code rows} (tokens of all texts), {@code texts}, {@code hidden} ({@code heads} times {@code
 * headSize}), {@code intermediate}, {@code vocabulary} and {@code classes}.
 *
 * <pre>{@code
 * Architecture architecture = Architecture.of(ModernBertConfig.read(folder), Head.named("cls", 17, 0.3));
 * try (Backend backend = Backends.ofProcess();
 *         Network network = new Network(architecture, weights, backend, Precision.FLOAT32, 512);
 *         GraphExecutor.Result result = network.run(Layout.packed().lay(texts), Network.LOGITS)) {
 *     FloatBuffer logits = backend.read(result.get(Network.LOGITS)); // [texts, classes]
 * }
 * }</pre>
 */
package org.modernbert4j.model;
