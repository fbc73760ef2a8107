package org.modernbert4j.safetensors;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.modernbert4j.json.JsonFile;
import org.modernbert4j.json.JsonValue;

/**
 * Which file of a split checkpoint holds which tensor.
 *
 * @param path of the index
 * @param shards tensor name to file name, in the order of the index
 */
record ShardIndex(Path path, Map<String, String> shards) {
    private static final String WEIGHT_MAP = "weight_map";

    static ShardIndex read(Path path) {
        JsonValue shards = JsonFile.read(path, SafetensorsHeader.REMEDY).get(WEIGHT_MAP);
        if (shards.isEmpty()) {
            throw shards.error("the file of each tensor");
        }
        return new ShardIndex(path, shards.map(ShardIndex::shard));
    }

    private static String shard(JsonValue shard) {
        if (!isFileName(shard.text())) {
            throw shard.error("the name of a file in the same folder");
        }
        return shard.text();
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
