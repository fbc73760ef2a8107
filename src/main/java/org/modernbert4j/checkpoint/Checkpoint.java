package org.modernbert4j.checkpoint;

import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.modernbert4j.InputException;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Initializer;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.model.ParameterId;
import org.modernbert4j.model.ParameterId.HeadParameter;
import org.modernbert4j.safetensors.SafetensorsFolder;
import org.modernbert4j.safetensors.TensorInfo;
import org.modernbert4j.safetensors.Tensors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A folder in the published layout: {@code config.json} and {@code model.safetensors}, whole or in shards. */
public final class Checkpoint implements AutoCloseable {
    /** The decoder's matrix, which some checkpoints repeat though it is the token embedding. */
    static final String TIED_DECODER = "decoder.weight";

    /**
     * A network's weights.
     *
     * @param weights an array for each parameter of the architecture, in its order and shape
     * @param report what did not match
     */
    public record Loaded(Map<ParameterId, INDArray> weights, LoadReport report) {}

    private final ModernBertConfig config;
    private final Tensors tensors;
    private final String encoderPrefix;

    private Checkpoint(ModernBertConfig config, Tensors tensors) {
        this.config = config;
        this.tensors = tensors;
        this.encoderPrefix =
                tensors.tensors().keySet().stream().anyMatch(name -> name.startsWith(PublishedName.ENCODER_PREFIX))
                        ? PublishedName.ENCODER_PREFIX
                        : "";
    }

    /**
     * Opens a folder; its tensors are read when they are asked for.
     *
     * @throws InputException if the folder is none, a file is missing or cannot be used, or is not what the folder's {@code
     *     SHA256SUMS}, if it has one, says
     */
    public static Checkpoint open(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new InputException(
                    folder + ": no such folder; it must hold config.json, model.safetensors and tokenizer.json");
        }
        Checksums.check(folder);
        return new Checkpoint(ModernBertConfig.read(folder), SafetensorsFolder.open(folder));
    }

    /** The encoder's sizes and settings. */
    public ModernBertConfig config() {
        return config;
    }

    /** The tensors as they are stored. */
    public Tensors tensors() {
        return tensors;
    }

    /** The name of the tensor that holds a parameter, as this checkpoint spells it. */
    public String tensorName(ParameterId id) {
        return PublishedName.of(id).withPrefix(encoderPrefix);
    }

    /** What is stored of the tensor that holds a parameter; empty if it is missing. */
    public Optional<TensorInfo> stored(ParameterId id) {
        return Optional.ofNullable(tensors.tensors().get(tensorName(id)));
    }

    /**
     * Reads a network's weights. What the checkpoint lacks of the head is initialised.
     *
     * @param architecture whose parameters are read
     * @param seed of the initialisation
     * @throws InputException if a tensor of the encoder is missing, or any has another shape than the configuration wants
     */
    public Loaded load(Architecture architecture, long seed) {
        Initializer initializer = new Initializer(config, seed);
        Map<ParameterId, INDArray> weights = new LinkedHashMap<>();
        Set<String> missing = new LinkedHashSet<>();
        Set<String> used = new LinkedHashSet<>();
        architecture.shapes().forEach((id, shape) -> {
            INDArray array = Nd4j.createUninitialized(DataType.FLOAT, shape);
            FloatBuffer memory = array.data().asNioFloat();
            String tensor = tensorName(id);
            if (tensors.tensors().containsKey(tensor)) {
                used.add(tensor);
                read(id, tensor, shape, memory);
            } else if (id instanceof HeadParameter) {
                missing.add(tensor);
                initializer.fill(id, memory);
            } else {
                tensors.tensor(tensor); // says what is missing
            }
            weights.put(id, array);
        });
        List<String> unexpected = new ArrayList<>(tensors.tensors().keySet());
        unexpected.removeAll(used);
        unexpected.remove(TIED_DECODER);
        return new Loaded(weights, new LoadReport(unexpected, List.copyOf(missing)));
    }

    private void read(ParameterId id, String tensor, long[] shape, FloatBuffer into) {
        int third = PublishedName.of(id).third();
        List<Long> wanted = PublishedName.of(id).tensorShape(shape);
        List<Long> found = tensors.tensor(tensor).shape();
        if (!found.equals(wanted)) {
            throw new InputException("%s: tensor %s has shape %s, %s"
                    .formatted(
                            tensors.path(),
                            tensor,
                            found,
                            id instanceof HeadParameter
                                    ? "the head wants " + wanted
                                            + "; use a head that these weights were not saved with, or the same labels"
                                    : "config.json wants " + wanted + "; use the config.json of these weights"));
        }
        tensors.readFloats(tensor, Math.max(0, third) * (long) into.limit(), into);
    }

    @Override
    public void close() {
        tensors.close();
    }
}
