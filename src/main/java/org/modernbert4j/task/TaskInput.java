package org.modernbert4j.task;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.modernbert4j.Progress;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;

/**
 * What a task begins with.
 *
 * @param model folder of the checkpoint, for messages
 * @param config of the checkpoint
 * @param tokenizer of the checkpoint, open as long as the task
 * @param seed of batches and whatever else a task draws
 * @param notes told what a reader should know, a line each
 * @param network told the network as soon as it is known, before the texts are encoded; may refuse it
 * @param tokenizing told how many texts of a file have become tokens
 */
public record TaskInput(
        Path model,
        ModernBertConfig config,
        HuggingFaceTokenizerFactory tokenizer,
        long seed,
        Consumer<String> notes,
        Consumer<Architecture> network,
        Progress tokenizing) {}
