/**
 * The interface to the machine: a {@link org.modernbert4j.backend.Backend} owns arrays, runs ops over them and does the arithmetic of
 * an optimizer step. Each subpackage is a kind of backend, found by its {@link org.modernbert4j.backend.BackendProvider}; besides
 * the interfaces there is only what every kind needs for its ops, such as where texts lie.
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
