/**
 * Arrays and ops of ND4J, on the CPU or whichever device its backend has: the base of backends whose arrays are ND4J's, and a
 * backend of ND4J's ops alone.
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
