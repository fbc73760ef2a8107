/**
 * Builds and runs the model in SameDiff: layers of own ops or stock ops, losses, and an executor that runs graphs on a {@link
 * org.modernbert4j.backend.Backend}. Only this package uses SameDiff's internals.
 *
 * <p>Own ops exist where a stock op of ND4J 1.0.0-M2.1 is wrong, slow, or computes several gradients at once. Each has a constant
 * {@code OpKind} with its shapes and its gradient, and a kernel with the same name in a backend.
 *
 * <pre>{@code
 * GraphLayers layers = GraphLayers.of(Graphs.create(), backend, 512, Precision.FLOAT32);
 * SDVariable x = layers.embedding(layers.parameter("table", table), -1);
 * SDVariable y = layers.linear(x, layers.parameter("weight", weight), null);
 * Map<String, Array> parameters = Map.of("table", table, "weight", weight);
 * try (GraphExecutor executor = new GraphExecutor(layers.graph(), backend, parameters);
 *         GraphExecutor.Result result = executor.run(feed, List.of(y.name()))) {
 *     FloatBuffer values = backend.read(result.get(y.name()));
 * }
 * }</pre>
 */
package org.modernbert4j.ops;
