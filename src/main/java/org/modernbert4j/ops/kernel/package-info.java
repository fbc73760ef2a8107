/**
 * The arithmetic behind the own ops: loops and libraries of matrix products over raw float32 and bfloat16 memory, without SameDiff and without ND4J arrays.
 *
 * <p>Every matrix is dense and row-major in a direct {@link java.nio.FloatBuffer} that starts at its element 0; buffers may be
 * longer than the matrix. A kernel keeps no state: what it needs while it runs comes from the {@link
 * org.modernbert4j.ops.kernel.Scratch} of the worker that runs it. Work is cut so that every output element is computed by one
 * worker alone, in an order that does not depend on how many workers there are.
 *
 * <pre>{@code
 * try (Workers workers = new Workers(2)) {
 *     new LinearKernel<>(new CblasGemm()).forward(workers, x, weight, null, y, rows, in, out);
 * }
 * }</pre>
 */
package org.modernbert4j.ops.kernel;
