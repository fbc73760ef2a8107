package org.modernbert4j.safetensors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.modernbert4j.InputException;
import org.modernbert4j.Reason;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonFile;
import org.modernbert4j.json.JsonValue;

/**
 * What stands in the place of a model without being a whole one with {@link SafetensorsFolder safetensors}: an adapter, the output of a
 * trainer, weights of another kind.
 *
 * @param place what messages and Python call it: a folder, or owner/name on the Hub
 * @param output where Python is to write a converted model; the place itself if that is a folder
 * @param names of its files; those of folders in it with a slash
 * @param read the fields of a file of it
 */
public record OtherModel(String place, String output, Collection<String> names, Function<String, JsonFields> read) {
    /** The file of a model's settings. */
    public static final String CONFIGURATION = "config.json";

    private static final String ADAPTER = "adapter_config.json";
    private static final String REMEDY = "get or save the file again";
    private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-(\\d{1,9})/" + CONFIGURATION);
    private static final Pattern MODULE = Pattern.compile("\\d+_\\w*Transformer/" + CONFIGURATION);
    private static final Pattern TORCH = Pattern.compile("pytorch_model.*\\.bin|model\\.pth?");
    private static final Pattern FOREIGN = Pattern.compile(".*\\.(onnx|gguf|h5|msgpack|tflite|ot)");

    /**
     * Says in an error what a folder holds instead of a whole model; returns if it holds nothing that is known here.
     *
     * @throws InputException if it holds something else, or cannot be read
     */
    public static void refuse(Path folder) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder, 2)) {
            List<String> names = files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
            String place = folder.toString();
            new OtherModel(place, place, names, name -> JsonFile.read(folder.resolve(name), REMEDY))
                    .refusal()
                    .ifPresent(refusal -> {
                        throw refusal;
                    });
        } catch (IOException e) {
            throw new InputException(folder + ": cannot be read (" + Reason.of(e) + "); use another folder", e);
        }
    }

    /** What it is, and the next step; empty if nothing is known of these files. */
    public Optional<InputException> refusal() {
        return Stream.of(adapter(), inner(), torch(), foreign())
                .flatMap(Optional::stream)
                .findFirst()
                .map(what -> new InputException(place + ": found " + what));
    }

    private Optional<String> adapter() {
        return first(ADAPTER::equals).map(file -> {
            String base = read.apply(file).text("base_model_name_or_path", "its base model");
            return "a PEFT adapter (%s) for %s, expected a whole model; merge it into that first, with merge_and_unload() and save_pretrained() of Python's peft"
                    .formatted(file, base);
        });
    }

    /** A model in one of its folders. */
    private Optional<String> inner() {
        if (names.contains(CONFIGURATION)) {
            return Optional.empty();
        }
        return names.stream()
                .filter(CHECKPOINT.asMatchPredicate())
                .max(Comparator.comparingInt(OtherModel::step))
                .map(newest -> "a folder of checkpoints, expected one of them; " + give(newest) + ", the newest")
                .or(() -> first(MODULE.asMatchPredicate())
                        .map(module -> "a folder of sentence-transformers, expected the model in it; " + give(module)
                                + (isFolder() ? ", which train takes; encode takes the folder itself" : "")));
    }

    private static int step(String checkpoint) {
        Matcher found = CHECKPOINT.matcher(checkpoint);
        return found.matches() ? Integer.parseInt(found.group(1)) : -1;
    }

    private String give(String configuration) {
        String folder = place + "/" + configuration.replace("/" + CONFIGURATION, "");
        return "give " + (isFolder() ? folder : "a folder with the files of " + folder);
    }

    private boolean isFolder() {
        return place.equals(output);
    }

    private Optional<String> torch() {
        return first(TORCH.asMatchPredicate()).map(file -> {
            String tokenizer = isFolder()
                    ? ""
                    : "; t.AutoTokenizer.from_pretrained(\"%s\").save_pretrained(\"%s\")".formatted(place, output);
            return "weights in %s alone, expected %s; convert them with python -c 'import transformers as t; t.%s.from_pretrained(\"%s\").save_pretrained(\"%s\", safe_serialization=True)%s'"
                            .formatted(file, SafetensorsFolder.SINGLE, savedFrom(), place, output, tokenizer)
                    + (isFolder() ? "" : ", and give the folder " + output);
        });
    }

    /** The transformers class of the weights. */
    private String savedFrom() {
        return names.contains(CONFIGURATION)
                ? read.apply(CONFIGURATION)
                        .find("architectures")
                        .flatMap(classes ->
                                classes.list(JsonValue::text).stream().findFirst())
                        .orElse("AutoModel")
                : "AutoModel";
    }

    private Optional<String> foreign() {
        return first(FOREIGN.asMatchPredicate()).map(file -> "weights of another kind alone (%s), expected %s; %s"
                .formatted(
                        file,
                        SafetensorsFolder.SINGLE,
                        "get those that transformers saved, which this file was made from"));
    }

    private Optional<String> first(Predicate<String> wanted) {
        return names.stream().filter(wanted).findFirst();
    }
}
