package org.modernbert4j.safetensors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.modernbert4j.InputException;

/**
 * Which file of a split checkpoint holds which tensor.
 *
 * @param path of the index
 * @param shards tensor name to file name, in the order of the index
 */
record ShardIndex(Path path, Map<String, String> shards) {
    private static final String WEIGHT_MAP = "weight_map";

    static ShardIndex read(Path path) {
        Map<String, String> shards = new LinkedHashMap<>();
        StrictJson.read(
                text(path),
                path.toString(),
                json -> json.object("the index", field -> {
                    if (field.equals(WEIGHT_MAP)) {
                        json.object(WEIGHT_MAP, tensor -> {
                            String shard = json.string(WEIGHT_MAP + " " + tensor);
                            if (!isFileName(shard)) {
                                throw json.error(
                                        "tensor %s is said to be in %s, wanted the name of a file in the same folder"
                                                .formatted(tensor, shard));
                            }
                            shards.put(tensor, shard);
                        });
                    } else {
                        json.skip();
                    }
                }));
        if (shards.isEmpty()) {
            throw new InputException(path + ": no tensor in " + WEIGHT_MAP + ", wanted the file of each tensor; "
                    + "get or save the file again");
        }
        return new ShardIndex(path, shards);
    }

    private static String text(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new InputException(path + ": cannot be read as UTF-8 (" + e + "); get or save the file again", e);
        }
    }

    private static boolean isFileName(String shard) {
        try {
            Path name = Path.of(shard);
            return name.getNameCount() == 1
                    && name.getFileName().toString().equals(shard)
                    && !shard.isEmpty()
                    && !shard.equals(".")
                    && !shard.equals("..");
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
