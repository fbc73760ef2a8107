package org.modernbert4j.model;

import java.util.List;
import java.util.ServiceLoader;
import org.modernbert4j.InputException;

/**
 * What stands on the encoder and turns its last hidden states into logits. A head is one file: its parameters, its layers, their
 * initial values and published names, the Python lines that use it, and a {@link Provider} for its names.
 */
public interface Head {
    /** Makes the heads of one kind by name; found by {@link ServiceLoader}. */
    interface Provider {
        /** The names that it knows, as on the command line and in saved files. */
        List<String> names();

        /** Makes a head by one of {@link #names}, as {@link Head#named} does. */
        Head create(String name, int classes, double dropout);
    }

    /** Its name on the command line and in saved files. */
    String name();

    /** Number of logits. */
    int classes();

    /**
     * Declares the head's parameters and computes its logits.
     *
     * @param encoder what it stands on
     * @return {@code [texts, classes]}, or {@code [selected rows, classes]} of a head {@link #ofRows}
     */
    <T> T logits(ModernBert<T> encoder);

    /** Whether the logits are those of the batch's selected rows instead of its texts. */
    default boolean ofRows() {
        return false;
    }

    /** Whether the head reads padding, so that every text must be padded to one length. */
    default boolean needsPadding() {
        return false;
    }

    /** The class of transformers that reads it, or the nearest one that reads the encoder. */
    default String publishedArchitecture() {
        return "ModernBertModel";
    }

    /** How a published model with it is used from Python. */
    TorchUse torchUse();

    /** The names that {@link #named} knows, in alphabetical order. */
    static List<String> names() {
        return ServiceLoader.load(Provider.class).stream()
                .flatMap(provider -> provider.get().names().stream())
                .sorted()
                .toList();
    }

    /**
     * A head by its name.
     *
     * @param classes number of logits
     * @param dropout share that is dropped before the last layer in training; the published head takes the configuration's instead
     * @throws InputException for a name that is none of {@link #names}
     */
    static Head named(String name, int classes, double dropout) {
        for (Provider provider : ServiceLoader.load(Provider.class)) {
            if (provider.names().contains(name)) {
                return provider.create(name, classes, dropout);
            }
        }
        throw new InputException("head " + name + ": no such head; use one of " + names());
    }
}
