/**
 * Selects which parameters train, and when. The others are frozen: no gradient is computed for them and they never change.
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
 * <p>The terms of a {@link org.modernbert4j.freeze.Selector} apply in order. Each term adds parameters to the selection, or removes
 * them if it begins with {@code !}. A selector that begins with {@code !} starts from everything.
 *
 * <pre>
 * selector = term {"," term}
 * term     = ["!"] (group | path)
 * group    = "all" | "none" | "norms" | "biases"
 * path     = segment {"." segment}
 * segment  = name | "*" | number "-" number
 * </pre>
 *
 * <p>The group {@code norms} is every normalisation of the encoder, but not of the head; {@code biases} is every bias of a matrix
 * or a normalisation, also in the head.
 *
 * <p>A path selects every parameter with a {@link org.modernbert4j.model.Parameter#name name} that begins with its segments. Whole
 * segments are compared: {@code layers.1} does not match {@code layers.10}. {@code *} matches any segment; a range matches its
 * numbers, both ends included.
 *
 * <ul>
 *   <li>{@code embeddings}, {@code final_norm}, {@code head}, {@code head.fc.bias}, {@code embeddings.norm}
 *   <li>{@code layers.3}, {@code layers.0-10}, {@code layers.*}
 *   <li>{@code layers.*.attn.q} with its bias, {@code layers.5.attn.q.weight} without its bias
 *   <li>{@code layers.11-21.mlp, norms, head}; {@code !embeddings, !layers.0-10}
 * </ul>
 *
 * <p>A file of a {@link org.modernbert4j.freeze.Schedule} has one line for each epoch in which the selection changes. Epochs
 * count from 1 and must ascend; {@code #} begins a comment:
 *
 * <pre>
 * # first the head
 * 1: head
 * 2: head, layers.11-21
 * 5: all
 * </pre>
 */
package org.modernbert4j.freeze;
