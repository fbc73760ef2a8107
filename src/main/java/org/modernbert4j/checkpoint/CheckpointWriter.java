package org.modernbert4j.checkpoint;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.modernbert4j.FileSizes;
import org.modernbert4j.InputException;
import org.modernbert4j.OutputFile;
import org.modernbert4j.Reason;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.safetensors.SafetensorsFolder;
import org.modernbert4j.safetensors.SafetensorsWriter;
import org.modernbert4j.safetensors.TensorSource;
import org.modernbert4j.tokenizer.TokenizerFiles;

/**
 * Writes a checkpoint in the published layout, which {@code AutoModel.from_pretrained} of transformers reads: query, key and value
 * are merged into one tensor. Also copies the tokenizer's files.
 */
public final class CheckpointWriter {
    private CheckpointWriter() {}

    /**
     * Writes {@code config.json} and {@code model.safetensors}. Numbers are rounded to nearest.
     *
     * @param folder an existing folder
     * @param architecture the network; its configuration holds the labels to save
     * @param weights an array of the backend for each parameter
     * @param type number type of the stored weights
     * @throws InputException if a file cannot be written, or a number is too large for the type
     */
    public static void write(
            Path folder, Architecture architecture, Map<Parameter, Array> weights, Backend backend, WeightType type) {
        Map<String, SortedMap<Integer, Supplier<FloatBuffer>>> parts = new LinkedHashMap<>();
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        for (Parameter parameter : architecture.parameters()) {
            String tensor = Checkpoint.tensorName(parameter, Checkpoint.ENCODER_PREFIX);
            parts.computeIfAbsent(tensor, name -> new TreeMap<>())
                    .put(parameter.published().part(), () -> backend.read(weights.get(parameter)));
            shapes.put(tensor, Checkpoint.tensorShape(parameter));
        }
        List<TensorSource> tensors = new ArrayList<>();
        parts.forEach((tensor, sources) -> tensors.add(
                TensorSource.floats(tensor, type.stored(), shapes.get(tensor), List.copyOf(sources.values()))));
        String published = architecture.head().map(Head::publishedArchitecture).orElse("ModernBertModel");
        OutputFile.write(
                folder.resolve(ModernBertConfig.FILE),
                architecture.config().toJson(published, type.toString()),
                "use another folder");
        SafetensorsWriter.write(folder.resolve(SafetensorsFolder.SINGLE), Map.of("format", "pt"), tensors);
    }

    /**
     * Bytes that a checkpoint takes, but for some kilobytes.
     *
     * @param tokenizer folder that the tokenizer's files are copied from
     * @param type number type of the stored weights
     * @throws InputException if a file cannot be read
     */
    public static long bytes(Path tokenizer, Architecture architecture, WeightType type) {
        long bytes = architecture.elements() * type.stored().size();
        for (String name : TokenizerFiles.NAMES) {
            bytes += FileSizes.of(tokenizer.resolve(name));
        }
        return bytes;
    }

    /**
     * Copies the tokenizer's files from one checkpoint to another.
     *
     * @throws InputException if a file cannot be read or written
     */
    public static void copyTokenizer(Path from, Path to) {
        writeTokenizer(readTokenizer(from), to);
    }

    /**
     * The tokenizer's files of a checkpoint, by name: for what outlives the checkpoint.
     *
     * @throws InputException if a file cannot be read
     */
    public static Map<String, byte[]> readTokenizer(Path from) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String name : TokenizerFiles.NAMES) {
            Path file = from.resolve(name);
            if (Files.exists(file)) {
                try {
                    files.put(name, Files.readAllBytes(file));
                } catch (IOException e) {
                    throw new InputException(file + ": cannot be read (" + Reason.of(e) + "); put it back", e);
                }
            }
        }
        return files;
    }

    /**
     * Writes the files that {@link #readTokenizer} gave into a folder.
     *
     * @throws InputException if a file cannot be written
     */
    public static void writeTokenizer(Map<String, byte[]> files, Path to) {
        files.forEach((name, bytes) -> {
            try {
                Files.write(to.resolve(name), bytes);
            } catch (IOException e) {
                throw new InputException(
                        to.resolve(name) + ": cannot be written (" + Reason.of(e)
                                + "); make room or use another folder",
                        e);
            }
        });
    }
}
