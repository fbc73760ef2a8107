/**
 * How SameDiff runs the model: the layers as own ops or stock ops, the executioner that runs own ops, and the executor of whole
 * graphs. The only package that touches SameDiff's internals.
 *
 * <p>Own ops exist where a stock op of ND4J 1.0.0-M2.1 is wrong, slow, or computes gradients together that must be had one by
 * one.
 *
 * <pre>{@code
 * SameDiff sd = Graphs.create();
 * Layers layers = Lowering.ofProcess(Precision.FLOAT32).layers(sd, 512);
 * SDVariable y = layers.linear(x, weight, null);
 * try (GraphExecutor executor = new GraphExecutor(sd);
 *         GraphExecutor.Result result = executor.run(feed, List.of(y.name()))) {
 *     INDArray values = result.get(y.name());
 * }
 * }</pre>
 */
package org.modernbert4j.ops;
