/**
 * The backend for the CPU: a Java kernel for each own op. Kernels are loops and calls of libraries for matrix products, over
 * float32 and bfloat16 memory.
 *
 * <p>A kernel is a method that {@link org.modernbert4j.backend.cpu.CpuBackend} lists under the op's name. The op's {@code OpKind}
 * says what its inputs and outputs are; each array is dense and row-major. Operands and results of products are {@code Matrix} views
 * of direct buffers. A kernel has no state: its working memory is the {@code Scratch} of the worker that runs it. One worker computes
 * each output element, in an order that does not depend on the number of workers.
 *
 * <pre>{@code
 * try (CpuBackend backend = new CpuBackend()) {
 *     Array y = backend.take(DataType.FLOAT, rows, width);
 *     backend.run(new OpCall("modernbert_geglu", new long[0], new double[0]), new Array[] {ab}, new Array[] {y});
 * }
 * }</pre>
 */
package org.modernbert4j.backend.cpu;
