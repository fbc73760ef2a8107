/**
 * What a ModernBERT network is: its configuration, the names and shapes of its parameters, the encoder and the heads. This package
 * knows nothing of data and training.
 *
 * <p>Read {@link org.modernbert4j.model.ModernBert} for the encoder, from the embedding to the final norm in one file. Query, key and
 * value are three parameters, so that each can be frozen by itself. A batch is a list of texts whose rows lie one after the other,
 * packed or padded ({@link org.modernbert4j.model.Layout}); only attention, pooling and the LSTM know where a text begins.
 *
 * <p>Shapes are written with the names {@code rows} (tokens of all texts), {@code texts}, {@code hidden} ({@code heads} times {@code
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
