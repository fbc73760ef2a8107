/**
 * Pre-train and fine-tune ModernBERT encoders on the JVM, without Python.
 *
 * <p>Read {@code model} (what the network is), then {@code ops} (how SameDiff runs it), {@code checkpoint} (where its weights
 * come from), {@code freeze} (which of them train), {@code task} (what is learnt) and {@code run} (how); then {@code report} (what a
 * run tells people) and {@code infer} (saved models in use). This package has what all of them need of files: paths as users write
 * them, files that are replaced at once, folders that one process at a time writes into, and errors that are one line.
 *
 * <p>Dimensions are named the same everywhere:
 *
 * <ul>
 *   <li>{@code rows}: all tokens of a batch, one text after the other
 *   <li>{@code texts}: texts in a batch
 *   <li>{@code length}: tokens of a text
 *   <li>{@code hidden}: width of the residual stream; {@code heads} x {@code headSize}
 *   <li>{@code intermediate}: width inside the feed-forward block
 *   <li>{@code vocabulary}: tokens that exist
 *   <li>{@code classes}: labels that exist
 * </ul>
 */
package org.modernbert4j;
