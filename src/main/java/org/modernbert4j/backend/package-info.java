/**
 * The interface to the machine: a {@link org.modernbert4j.backend.Backend} owns arrays, runs ops on them and does the arithmetic of
 * an optimizer step. Each subpackage is one kind of backend with a {@link org.modernbert4j.backend.BackendProvider}. This package
 * holds the interfaces and the data that ops of every backend need, such as the rows of each text.
 *
 * <pre>{@code
 * try (Backend backend = Backends.ofProcess()) {
 *     Array weight = backend.zeros(DataType.FLOAT, 768, 768);
 *     backend.write(weight, memory -> fill(memory));
 *     ...
 * }
 * }</pre>
 */
package org.modernbert4j.backend;
