package org.modernbert4j.task;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.modernbert4j.Progress;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;

/**
 * The inputs of a task.
 *
 * @param model folder of the checkpoint, for messages
 * @param config of the checkpoint
 * @param tokenizer of the checkpoint; open as long as the task
 * @param seed of batches and everything else that is random in a task
 * @param notes receives remarks for the user, one line each
 * @param network receives the network's architecture before the texts are encoded; may refuse it
 * @param tokenizing receives the number of encoded texts of a file
 */
public record TaskInput(
        Path model,
        ModernBertConfig config,
        HuggingFaceTokenizerFactory tokenizer,
        long seed,
        Consumer<String> notes,
        Consumer<Architecture> network,
        Progress tokenizing) {
    /** Turns texts into tokens that the network knows. */
    Tokenizing texts() {
        return new Tokenizing(model, tokenizer, config);
    }

    /**
     * Refuses a maximum length that is above the encoder's limit, before any text is read.
     *
     * @param name of the setting, for the message
     * @param length maximum tokens of a text
     */
    void requirePositions(String name, int length) {
        config.requirePositions(name, model, length);
    }
}
