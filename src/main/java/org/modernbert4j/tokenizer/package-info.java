/**
 * Text to token ids and back, from the tokenizer files that a Hugging Face checkpoint carries.
 *
 * <pre>{@code
 * try (HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(folder)) {
 *     int[] ids = tokenizer.encode("a text", 512); // [CLS] ... [SEP], at most 512 tokens
 *     List<HuggingFaceTokenizerFactory.Cut> all = tokenizer.cutAll(texts, 512, Progress.NONE);
 *     OptionalInt mask = tokenizer.specialTokens().mask();
 * }
 * }</pre>
 *
 * <p>A tokenizer.json with a part that may end the library's process, such as a pattern of its own, is used in a second
 * process. That one ends with the tokenizer's {@code close()}, and where it fails, or gives no answer in a minute, that is
 * an {@link org.modernbert4j.InputException}.
 *
 * <p>Where no tokenizer fits, {@link org.modernbert4j.tokenizer.BpeTrainer} learns one from texts and writes the same
 * files.
 *
 * <p>The text is split by the Rust library {@code tokenizers}, which comes inside DJL's jar for Linux, macOS on ARM and
 * Windows. Opening a tokenizer sets the system properties {@code ai.djl.offline=true} and {@code RUST_FLAVOR=cpu}, so
 * that DJL neither downloads a library nor reports its use.
 */
package org.modernbert4j.tokenizer;
