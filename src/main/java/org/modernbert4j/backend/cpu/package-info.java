/**
 * The backend of the CPU: for each own op a Java kernel, loops and libraries of matrix products over raw float32 and bfloat16
 * memory, without SameDiff.
 *
 * <p>Operands and results of products are {@link org.modernbert4j.backend.cpu.Matrix} views of direct buffers. Where a kernel takes
 * a {@link java.nio.FloatBuffer}, its matrix is dense, row-major and starts at element 0; the buffer may be longer. A kernel has
 * no state: its working memory is the {@link org.modernbert4j.backend.cpu.Scratch} of the worker that runs it. Work is shared such
 * that one worker computes an output element, in an order that does not depend on the number of workers.
 *
 * <p>A class of kernels implements {@link org.modernbert4j.backend.cpu.CpuKernels}, which names the op of each, and is found by
 * {@link java.util.ServiceLoader}.
 *
 * <pre>{@code
 * try (Workers workers = new Workers(2)) {
 *     LinearKernel<FloatBuffer> linear = new LinearKernel<>(new CblasGemm());
 *     linear.forward(workers, Matrix.of(x, rows, in), Matrix.of(weight, out, in), bias, Matrix.of(y, rows, out));
 * }
 * }</pre>
 */
package org.modernbert4j.backend.cpu;
