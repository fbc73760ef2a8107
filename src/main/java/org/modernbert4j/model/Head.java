package org.modernbert4j.model;

import java.util.List;
import java.util.ServiceLoader;
import org.modernbert4j.InputException;
import org.modernbert4j.SettingException;

/**
 * The part of a network after the encoder: turns the last hidden states into logits. One file holds all of a head: its layers,
 * their parameters with initial values and published names, the Python lines that use it, and a {@link Provider} for its names.
 */
public interface Head {
    /** Makes heads of one kind by name. {@link ServiceLoader} finds it. */
    interface Provider {
        /** The names of its heads, on the command line and in saved files. */
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
     * @param encoder the encoder below the head
     * @return {@code [texts, classes]}, or {@code [selected rows, classes]} for a head {@link #ofRows}
     */
    <T> T logits(ModernBert<T> encoder);

    /** Whether the head gives logits for the batch's selected rows instead of its texts. */
    default boolean ofRows() {
        return false;
    }

    /** Whether the head reads padding, so that every text must be padded to one length. */
    default boolean needsPadding() {
        return false;
    }

    /** The transformers class that loads a model with this head; if there is none, one that loads the encoder. */
    default String publishedArchitecture() {
        return "ModernBertModel";
    }

    /** How to use a published model with this head from Python. */
    TorchUse torchUse();

    /** All names for {@link #named}, in alphabetical order. */
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
     * @param dropout dropout rate before the last layer in training; the published head uses the configuration's rate instead
     * @throws InputException if the name is not one of {@link #names}
     */
    static Head named(String name, int classes, double dropout) {
        for (Provider provider : ServiceLoader.load(Provider.class)) {
            if (provider.names().contains(name)) {
                return provider.create(name, classes, dropout);
            }
        }
        throw new SettingException("head " + name + ": no such head; use one of " + names());
    }
}
