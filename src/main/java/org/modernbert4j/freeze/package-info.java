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
 * <p>A {@link org.modernbert4j.freeze.Selector} is read term by term, each adding to what the terms before it selected, or with
 * {@code !} taking away from it. One that begins with {@code !} starts from everything.
 *
 * <pre>
 * selector = term {"," term}
 * term     = ["!"] (group | path)
 * group    = "all" | "none" | "norms" | "biases"
 * path     = segment {"." segment}
 * segment  = name | "*" | number "-" number
 * </pre>
 *
 * <p>A path selects every parameter whose {@link org.modernbert4j.model.Parameter#name name} begins with its segments, each
 * equal to it as a whole: {@code layers.1} is not {@code layers.10}. A {@code *} is any segment, a range a number in it, both
 * ends included.
 *
 * <ul>
 *   <li>{@code embeddings}, {@code final_norm}, {@code head}, {@code head.fc.bias}, {@code embeddings.norm}
 *   <li>{@code layers.3}, {@code layers.0-10}, {@code layers.*}
 *   <li>{@code layers.*.attn.q} with its bias, {@code layers.5.attn.q.weight} without
 *   <li>{@code layers.11-21.mlp, norms, head}; {@code !embeddings, !layers.0-10}
 * </ul>
 *
 * <p>A file of a {@link org.modernbert4j.freeze.Schedule} has one line for each epoch, counted from 1, from which on something
 * else trains:
 *
 * <pre>
 * # first the head
 * 1: head
 * 2: head, layers.11-21
 * 5: all
 * </pre>
 */
package org.modernbert4j.freeze;
