package org.modernbert4j.freeze;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.ModernBertConfig;

/** Networks to select from. */
final class Networks {
    private Networks() {}

    /** The published base size: 22 layers without biases, and 17 classes. */
    static Architecture base() {
        return Architecture.of(
                ModernBertConfig.parse(resource("/freeze/config.json"), "config.json"), Head.named("cls", 17, 0.3));
    }

    /** 5 layers with every bias. */
    static Architecture biased(Head head) {
        return Architecture.of(ModernBertConfig.read(Path.of("src/test/resources/fixtures/newer-layout/model")), head);
    }

    static Architecture biased() {
        return biased(Head.named("cls", 6, 0.3));
    }

    static String resource(String name) {
        try (InputStream in = Networks.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
