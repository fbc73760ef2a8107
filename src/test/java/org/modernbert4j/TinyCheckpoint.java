package org.modernbert4j;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.Parameter;

/** A checkpoint and labelled texts that a test can train with: 4 layers of width 16, 256 positions; 120 texts of 8 labels. */
public final class TinyCheckpoint {
    private static final Path FOLDER = Path.of("src", "test", "resources", "fixtures", "older-layout");

    /** The checkpoint's folder. */
    public static final Path MODEL = FOLDER.resolve("model");

    /** CSV file with the columns topic and text. */
    public static final Path DATA = FOLDER.resolve("data.csv");

    private TinyCheckpoint() {}

    /** A copy of the checkpoint that a test may break. */
    public static Path copyTo(Path folder) {
        try {
            Files.createDirectories(folder);
            for (String name : List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")) {
                Files.copy(MODEL.resolve(name), folder.resolve(name));
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The encoder with a head. */
    public static Architecture architecture(Head head) {
        try (Checkpoint checkpoint = Checkpoint.open(MODEL)) {
            return Architecture.of(checkpoint.config(), head);
        }
    }

    /** A network of the checkpoint's encoder and a fresh head. */
    public static Network network(Head head, int length) {
        return network(head, length, TestBackends.cpu());
    }

    /** The same on another backend. */
    public static Network network(Head head, int length, Backend backend) {
        return new Network(architecture(head), weights(MODEL, head, backend), backend, Precision.FLOAT32, length);
    }

    /** The weights of any checkpoint of this encoder. */
    public static Map<Parameter, Array> weights(Path folder, Head head, Backend backend) {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return checkpoint.load(architecture(head), backend, 1).weights();
        }
    }
}
