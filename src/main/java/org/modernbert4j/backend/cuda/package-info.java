/**
 * A backend for NVIDIA devices of compute capability 7.0 and later. The kernels are CUDA C files beside this package in the
 * resources, each with the PTX that was made of it, which the device's driver compiles; so nothing but the driver is needed.
 * {@link org.modernbert4j.backend.cuda.CublasLt} computes the products where NVIDIA's library for them is installed. It, {@link
 * org.modernbert4j.backend.cuda.Driver} and {@link org.modernbert4j.backend.nvidia.Survey} are the only classes that call native code
 * of NVIDIA, through JNA.
 *
 * <pre>{@code
 * try (Backend backend = Backends.open("cuda")) {
 *     Array x = backend.upload(new float[] {3, 4}, 2);
 *     double five = backend.norm(x);
 *     x.close();
 * }
 * }</pre>
 */
package org.modernbert4j.backend.cuda;
