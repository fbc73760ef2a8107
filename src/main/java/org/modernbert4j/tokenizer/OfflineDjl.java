package org.modernbert4j.tokenizer;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.util.Utils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.modernbert4j.InputException;
import org.modernbert4j.Reason;
import org.modernbert4j.TemporaryNames;

/** Opens DJL's tokenizers with the library inside its jar, and keeps it from the network. */
final class OfflineDjl {
    /** The caller cuts and pads; whatever tokenizer.json says of either is switched off. */
    private static final Map<String, String> NEITHER_CUT_NOR_PAD = Map.of("truncation", "false", "padding", "false");

    private static final List<Setting> SETTINGS = List.of(
            new Setting("ai.djl.offline", "DJL_OFFLINE", "true"), new Setting("RUST_FLAVOR", "RUST_FLAVOR", "cpu"));

    private OfflineDjl() {}

    /** A value that DJL takes from the environment or, failing that, from a system property. */
    private record Setting(String property, String variable, String value) {}

    /**
     * Opens a tokenizer.json.
     *
     * @param json its content
     * @param where its name in messages
     * @throws InputException if the native library cannot be loaded or does not accept the file
     */
    static HuggingFaceTokenizer open(byte[] json, String where) {
        requireNoOverride(System::getenv);
        SETTINGS.forEach(setting -> System.setProperty(setting.property(), setting.value()));
        requireNativeLibrary();
        try {
            return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), NEITHER_CUT_NOR_PAD);
        } catch (IOException | RuntimeException e) {
            throw new InputException(
                    where + ": cannot be read as a Hugging Face tokenizer (" + reason(e)
                            + "); download or save it again",
                    e);
        }
    }

    /**
     * Checks that the environment does not overrule the system properties.
     *
     * @param environment value of a variable, null if it is not set
     * @throws InputException if a variable would let DJL use the network
     */
    static void requireNoOverride(UnaryOperator<String> environment) {
        for (Setting setting : SETTINGS) {
            String found = environment.apply(setting.variable());
            if (found != null && !found.equals(setting.value())) {
                throw new InputException("environment variable " + setting.variable() + "=" + found
                        + " would let the tokenizer use the network; unset it or set it to " + setting.value());
            }
        }
    }

    private static void requireNativeLibrary() {
        try {
            LibUtils.checkStatus();
        } catch (EngineException | LinkageError | AssertionError e) {
            throw new InputException(
                    "tokenizer: the native library inside DJL's jar cannot be loaded on "
                            + System.getProperty("os.name") + " " + System.getProperty("os.arch") + " ("
                            + unwritable().orElse(reason(e))
                            + "); it is there for Linux, macOS on ARM and Windows on x86-64 and is unpacked"
                            + " under .djl.ai in the home folder: check that it can be written to and empty it,"
                            + " or name another folder in DJL_CACHE_DIR",
                    e);
        }
    }

    /** What keeps the library from being unpacked, if that is why it cannot be loaded; DJL itself does not tell. */
    private static Optional<String> unwritable() {
        Path cache = Utils.getEngineCacheDir("tokenizers");
        try {
            Files.delete(Files.createFile(
                    TemporaryNames.unique(Files.createDirectories(cache).resolve("probe"))));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(cache + " cannot be written: " + Reason.of(e));
        }
    }

    /** The first line of the message of the innermost cause, or the cause's class where it has no message. */
    static String reason(Throwable thrown) {
        Throwable innermost = thrown;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        String message = innermost.getMessage();
        return message == null || message.isBlank()
                ? innermost.getClass().getName()
                : message.strip().lines().findFirst().orElseThrow();
    }
}
