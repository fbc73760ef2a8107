/**
 * Which parameters train, and when. What is not selected is frozen: its gradient is not asked for, and it is not touched.
 *
 * <pre>{@code
 * Architecture architecture = Architecture.of(config, Head.named("cls", 17, 0.3));
 * Set<Parameter> queries = Selector.parse("layers.*.attn.q, head").select(architecture);
 *
 * Schedule schedule = Schedule.of("end-to-start", config.encoder());
 * FreezePlan plan = FreezePlan.of(schedule, architecture, 3);
 * long trained = plan.epochs().get(0).parameters();
 * String picture = plan.draw();
 * }</pre>
 *
 * <p>A {@link org.modernbert4j.freeze.Selector} is read term by term. Each term adds parameters to what the terms before it
 * selected, or with {@code !} takes them away. A selector that begins with {@code !} starts from everything.
 *
 * <pre>
 * selector = term {"," term}
 * term     = ["!"] (group | path)
 * group    = "all" | "none" | "norms" | "biases"
 * path     = segment {"." segment}
 * segment  = name | "*" | number "-" number
 * </pre>
 *
 * <p>The group {@code norms} is every normalisation of the encoder, but not a head's own; {@code biases} is whatever is added after
 * a matrix or a normalisation, the head's too.
 *
 * <p>A path selects every parameter whose {@link org.modernbert4j.model.Parameter#name name} begins with its segments, each
 * equal as a whole: {@code layers.1} is not {@code layers.10}. {@code *} matches any segment, a range any number in it, both
 * ends included.
 *
 * <ul>
 *   <li>{@code embeddings}, {@code final_norm}, {@code head}, {@code head.fc.bias}, {@code embeddings.norm}
 *   <li>{@code layers.3}, {@code layers.0-10}, {@code layers.*}
 *   <li>{@code layers.*.attn.q} with its bias, {@code layers.5.attn.q.weight} without
 *   <li>{@code layers.11-21.mlp, norms, head}; {@code !embeddings, !layers.0-10}
 * </ul>
 *
 * <p>A file of a {@link org.modernbert4j.freeze.Schedule} has one line for each epoch in which the selection changes. Epochs are
 * counted from 1 and rise; a comment follows {@code #}:
 *
 * <pre>
 * # first the head
 * 1: head
 * 2: head, layers.11-21
 * 5: all
 * </pre>
 */
package org.modernbert4j.freeze;
