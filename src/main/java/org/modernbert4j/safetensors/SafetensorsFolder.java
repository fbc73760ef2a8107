package org.modernbert4j.safetensors;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.modernbert4j.InputException;
import org.modernbert4j.InputPath;
import org.modernbert4j.json.JsonFile;
import org.modernbert4j.json.JsonValue;

/**
 * The weights of a checkpoint folder: {@value #SINGLE}, or else all files that {@value #INDEX} names.
 *
 * <p>If there are several files, the offsets of a {@link TensorInfo} are within the tensor's own file.
 */
public final class SafetensorsFolder implements Tensors {
    /** The file of a checkpoint that is not split. */
    public static final String SINGLE = "model.safetensors";

    /** The index, which maps each tensor to its file. */
    public static final String INDEX = "model.safetensors.index.json";

    private static final Pattern FILE_NAME = Pattern.compile("(?!\\.\\.?$)[^/\\\\:\\p{Cntrl}]+");

    private final Path folder;
    private final Map<String, SafetensorsFile> files = new LinkedHashMap<>();
    private final Map<String, SafetensorsFile> fileOfTensor = new LinkedHashMap<>();
    private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

    private SafetensorsFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Opens and checks all files.
     *
     * @throws InputException if the folder has neither file, with a line that says what it has instead; if the index is broken, or names a file outside the folder, a file
     *     that is missing, or a file that lacks the tensor; if two files hold the same tensor; or if
     *     {@link SafetensorsFile#open} refuses a file
     */
    public static SafetensorsFolder open(Path folder) {
        SafetensorsFolder opened = new SafetensorsFolder(folder);
        try {
            if (Files.exists(folder.resolve(SINGLE))) {
                opened.add(SINGLE);
            } else if (Files.exists(folder.resolve(INDEX))) {
                opened.addAll(folder.resolve(INDEX));
            } else {
                OtherModel.refuse(folder);
                throw new InputException("%s: neither %s nor %s is here; give the folder of a checkpoint that has one"
                        .formatted(folder, SINGLE, INDEX));
            }
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
        return opened;
    }

    /**
     * The files that an index names, each once.
     *
     * @param index a file like {@value #INDEX}
     * @throws InputException if the index is broken, or names a file outside its folder
     */
    public static Set<String> shards(Path index) {
        return new LinkedHashSet<>(fileOfEachTensor(index).values());
    }

    private static Map<String, String> fileOfEachTensor(Path index) {
        JsonValue files = JsonFile.read(index, SafetensorsHeader.REMEDY).get("weight_map");
        if (files.isEmpty()) {
            throw files.error("the file of each tensor");
        }
        return files.map(file -> {
            if (!FILE_NAME.matcher(file.text()).matches() || !isPath(file.text())) {
                throw file.error("the name of a file in the same folder");
            }
            return file.text();
        });
    }

    /** Whether this system can write a name: half a character, for one, has no bytes. */
    private static boolean isPath(String name) {
        try {
            InputPath.of(name);
            return true;
        } catch (InputException e) {
            return false;
        }
    }

    @Override
    public Path path() {
        return folder;
    }

    @Override
    public Path path(String name) {
        return fileOfTensor.get(tensor(name).name()).path();
    }

    @Override
    public Map<String, TensorInfo> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    @Override
    public ByteBuffer bytes(String name, long first, int count) {
        return fileOfTensor.get(tensor(name).name()).bytes(name, first, count);
    }

    @Override
    public void close() {
        files.values().forEach(SafetensorsFile::close);
    }

    private void addAll(Path index) {
        Map<String, String> shards = fileOfEachTensor(index);
        for (String shard : new LinkedHashSet<>(shards.values())) {
            if (!Files.exists(folder.resolve(shard))) {
                throw new InputException(
                        "%s: %s is not in the folder; get all files that the index names".formatted(index, shard));
            }
            add(shard);
        }
        shards.forEach((tensor, shard) -> {
            if (!files.get(shard).tensors().containsKey(tensor)) {
                throw new InputException("%s: tensor %s is not in %s; get the index and its files again"
                        .formatted(index, tensor, shard));
            }
        });
    }

    private void add(String name) {
        SafetensorsFile file = SafetensorsFile.open(folder.resolve(name));
        files.put(name, file);
        file.tensors().forEach((tensor, info) -> {
            SafetensorsFile other = fileOfTensor.putIfAbsent(tensor, file);
            if (other != null) {
                throw new InputException(
                        "%s: tensor %s is also in %s, expected it in one file; save the checkpoint again"
                                .formatted(file.path(), tensor, other.path().getFileName()));
            }
            tensors.put(tensor, info);
        });
    }
}
