package org.modernbert4j.task;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.modernbert4j.InputException;
import org.modernbert4j.Progress;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;

/**
 * The inputs of a task.
 *
 * @param model folder of the checkpoint, for messages
 * @param config of the checkpoint
 * @param tokenizer of the checkpoint, open as long as the task
 * @param seed of batches and all else that a task draws
 * @param notes receives remarks for the reader, a line each
 * @param network receives the network as soon as it is known, before the texts are encoded; may refuse it
 * @param tokenizing receives how many texts of a file are encoded
 */
public record TaskInput(
        Path model,
        ModernBertConfig config,
        HuggingFaceTokenizerFactory tokenizer,
        long seed,
        Consumer<String> notes,
        Consumer<Architecture> network,
        Progress tokenizing) {
    /**
     * Refuses texts that are longer than the encoder allows, before any is read.
     *
     * @param length tokens of a text at most
     */
    void requirePositions(int length) {
        int positions = config.encoder().maxPositions();
        if (length > positions) {
            throw new InputException(
                    "%s: max_position_embeddings is %d, the texts' maximum length %d; use a maximum length up to %d"
                            .formatted(model.resolve("config.json"), positions, length, positions));
        }
    }
}
