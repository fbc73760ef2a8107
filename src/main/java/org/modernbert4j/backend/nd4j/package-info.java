/**
 * A backend of ND4J's arrays and ops, on the CPU or another device of ND4J's own backend. {@link
 * org.modernbert4j.backend.nd4j.NdBackend} is what the CPU backend shares with it.
 *
 * <pre>{@code
 * try (Backend backend = Backends.open("nd4j")) {
 *     Array x = backend.upload(new float[] {3, 4}, 2);
 *     double five = backend.norm(x);
 *     x.close();
 * }
 * }</pre>
 */
package org.modernbert4j.backend.nd4j;
