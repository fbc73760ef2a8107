package org.modernbert4j.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.modernbert4j.FileHash;
import org.modernbert4j.InputException;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.model.Parameter.Published;
import org.modernbert4j.model.ProblemType;
import org.modernbert4j.safetensors.OtherModel;
import org.modernbert4j.safetensors.SafetensorsFolder;
import org.modernbert4j.safetensors.TensorInfo;
import org.modernbert4j.safetensors.Tensors;
import org.modernbert4j.tokenizer.TokenizerFiles;
import org.nd4j.linalg.api.buffer.DataType;

/** A folder in the published layout: {@code config.json} and the weights, as {@code model.safetensors} or as shards. */
public final class Checkpoint implements AutoCloseable {
    /** Prefix of the encoder's tensor names in a checkpoint with a head. */
    static final String ENCODER_PREFIX = "model.";

    /** The decoder's matrix. Where it is the token embedding, some checkpoints store it a second time. */
    static final String TIED_DECODER = "decoder.weight";

    /** The transformers class of a model that labels tokens. Its tensors are named as those of a classifier of texts. */
    public static final String TOKEN_CLASSIFIER = "ModernBertForTokenClassification";

    /**
     * A network's weights, and the published names of tensors that did not match.
     *
     * @param weights an array for each parameter of the architecture, in its order and shape; the caller closes them
     * @param unexpected tensors of the checkpoint that the network does not use
     * @param missing tensors of the head that are not in the checkpoint; their parameters were initialised
     * @param leftOut says that the checkpoint's head does something else, so that none of its tensors is used
     */
    public record Loaded(
            Map<Parameter, Array> weights, List<String> unexpected, List<String> missing, Optional<String> leftOut) {
        /** One line for each tensor that did not match, and one for a head that is left out. */
        public List<String> report() {
            int width = Stream.concat(unexpected.stream(), missing.stream())
                    .mapToInt(String::length)
                    .max()
                    .orElse(0);
            String format = "%-" + Math.max(1, width) + "s | %s";
            return Stream.of(
                            leftOut.stream(),
                            unexpected.stream()
                                    .map(name -> format.formatted(name, "UNEXPECTED: in the file, not used")),
                            missing.stream()
                                    .map(name -> format.formatted(name, "MISSING: not in the file, initialised")))
                    .flatMap(lines -> lines)
                    .toList();
        }
    }

    private final Path folder;
    private final Map<String, String> checked;
    private final ModernBertConfig config;
    private final Tensors tensors;
    private final String encoderPrefix;

    private Checkpoint(Path folder, Map<String, String> checked, ModernBertConfig config, Tensors tensors) {
        this.folder = folder;
        this.checked = checked;
        this.config = config;
        this.tensors = tensors;
        this.encoderPrefix = tensors.tensors().keySet().stream().anyMatch(name -> name.startsWith(ENCODER_PREFIX))
                ? ENCODER_PREFIX
                : "";
    }

    /**
     * Opens a folder. Tensors are read later, on demand.
     *
     * @throws InputException if there is no such folder, a file is missing or cannot be used, or a file does not match the
     *     folder's {@code SHA256SUMS}, if it has one
     */
    public static Checkpoint open(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new InputException(
                    folder + ": no such folder; it must hold config.json, model.safetensors and tokenizer.json");
        }
        if (!Files.exists(folder.resolve(ModernBertConfig.FILE))) {
            OtherModel.refuse(folder);
        }
        Map<String, String> checked = Checksums.check(folder);
        return new Checkpoint(folder, checked, ModernBertConfig.read(folder), SafetensorsFolder.open(folder));
    }

    /** The folder. */
    public Path folder() {
        return folder;
    }

    /** The names of the files whose hashes were found as the folder's {@code SHA256SUMS} has them; none if it has no such list. */
    public Set<String> checked() {
        return Collections.unmodifiableSet(checked.keySet());
    }

    /**
     * The SHA-256 of each file that a run depends on, by name: configuration, weights, tokenizer. What was checked as the folder was
     * opened is not read again.
     *
     * @throws InputException if a file cannot be read
     */
    public SortedMap<String, String> hashes() {
        List<String> names = new ArrayList<>(TokenizerFiles.NAMES);
        names.addAll(List.of(ModernBertConfig.FILE, SafetensorsFolder.SINGLE));
        if (Files.exists(folder.resolve(SafetensorsFolder.INDEX))
                && !Files.exists(folder.resolve(SafetensorsFolder.SINGLE))) {
            names.add(SafetensorsFolder.INDEX);
            names.addAll(SafetensorsFolder.shards(folder.resolve(SafetensorsFolder.INDEX)));
        }
        SortedMap<String, String> hashes = new TreeMap<>();
        names.stream().filter(name -> Files.exists(folder.resolve(name))).forEach(name -> {
            String known = checked.get(name);
            hashes.put(name, known == null ? FileHash.sha256(folder.resolve(name)) : known);
        });
        return hashes;
    }

    /** The encoder's sizes and settings. */
    public ModernBertConfig config() {
        return config;
    }

    /** The tensors as they are stored. */
    public Tensors tensors() {
        return tensors;
    }

    /** The name in this checkpoint of the tensor that holds a parameter. */
    public String tensorName(Parameter parameter) {
        return tensorName(parameter, encoderPrefix);
    }

    static String tensorName(Parameter parameter, String encoderPrefix) {
        String tensor = parameter.published().tensor();
        return parameter.isOfHead() ? tensor : encoderPrefix + tensor;
    }

    /** The shape of the tensor that holds a parameter. */
    static List<Long> tensorShape(Parameter parameter) {
        List<Long> shape = new ArrayList<>(parameter.shape());
        shape.set(0, shape.get(0) * parameter.published().parts());
        return List.copyOf(shape);
    }

    /** The stored tensor that holds a parameter; empty if it is missing. */
    public Optional<TensorInfo> stored(Parameter parameter) {
        return Optional.ofNullable(tensors.tensors().get(tensorName(parameter)));
    }

    /**
     * Reads a network's weights. Parameters of the head that the checkpoint lacks are initialised.
     *
     * @param architecture the network to read parameters for
     * @param backend allocates the arrays
     * @param seed of the initialisation
     * @throws InputException if a tensor of the encoder is missing, a shape does not match the configuration, or a number is NaN or
     *     infinite
     */
    public Loaded load(Architecture architecture, Backend backend, long seed) {
        Map<Parameter, Array> weights = new LinkedHashMap<>();
        Set<String> missing = new LinkedHashSet<>();
        Set<String> unexpected = new LinkedHashSet<>(tensors.tensors().keySet());
        if (config.decoder().tied()) {
            unexpected.remove(TIED_DECODER);
        }
        Optional<String> leftOut = otherHead(architecture);
        if (leftOut.isPresent()) {
            unexpected.removeIf(name -> !name.startsWith(encoderPrefix));
        }
        for (Parameter parameter : architecture.parameters()) {
            String tensor = tensorName(parameter);
            boolean taken = leftOut.isEmpty() || !parameter.isOfHead();
            boolean stored = taken && tensors.tensors().containsKey(tensor);
            unexpected.remove(tensor);
            if (stored || !parameter.isOfHead()) {
                requireShape(parameter, tensors.tensor(tensor)); // tensor() throws if it is missing
            } else {
                missing.add(tensor);
            }
            Array array = backend.allocate(DataType.FLOAT, parameter.dimensions());
            backend.write(array, memory -> {
                if (stored) {
                    Published published = parameter.published();
                    tensors.readFinite(tensor, (long) published.part() * memory.limit(), memory);
                } else {
                    parameter.initialization().fill(parameter.name(), seed, memory);
                }
            });
            weights.put(parameter, array);
        }
        return new Loaded(weights, List.copyOf(unexpected), List.copyOf(missing), leftOut);
    }

    /** Says that the head of these weights does not do what the network's is to do; empty if it may. */
    private Optional<String> otherHead(Architecture architecture) {
        ProblemType problem = config.classifier().problem();
        boolean ofTokens = config.publishedClass().equals(Optional.of(TOKEN_CLASSIFIER));
        boolean isOther =
                ofTokens || problem != architecture.config().classifier().problem();
        return architecture.head().isPresent() && isOther
                ? Optional.of("%s: its head (%s) is left out".formatted(folder, ofTokens ? TOKEN_CLASSIFIER : problem))
                : Optional.empty();
    }

    private void requireShape(Parameter parameter, TensorInfo tensor) {
        List<Long> expected = tensorShape(parameter);
        if (!tensor.shape().equals(expected)) {
            throw new InputException("%s: tensor %s has shape %s, %s"
                    .formatted(
                            tensors.path(),
                            tensor.name(),
                            tensor.shape(),
                            parameter.isOfHead()
                                    ? "the head needs " + expected
                                            + "; use a head that these weights were not saved with, or the same labels"
                                    : "config.json needs " + expected + "; use the config.json of these weights"));
        }
    }

    @Override
    public void close() {
        tensors.close();
    }
}
