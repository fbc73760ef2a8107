package org.modernbert4j;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.modernbert4j.model.Batch;
import org.modernbert4j.model.Layout;
import org.modernbert4j.safetensors.SafetensorsFile;

/** A folder of expected numbers: a checkpoint in {@code model/} and what PyTorch computes with it. */
final class ReferenceFolder {
    private static final Path SHARED = Path.of("..", "shared");
    private final Path folder;

    ReferenceFolder(Path folder) {
        this.folder = folder;
    }

    /** The folder that {@code -Dreference.dir} names; without it the project's own and one that may lie beside the checkout. */
    static List<ReferenceFolder> all() {
        String named = System.getProperty("reference.dir");
        if (named != null) {
            return List.of(new ReferenceFolder(Path.of(named)));
        }
        try (Stream<Path> own = Files.list(Path.of("src", "test", "resources", "fixtures"))) {
            List<ReferenceFolder> folders =
                    new ArrayList<>(own.sorted().map(ReferenceFolder::new).toList());
            Path tiny = SHARED.resolve(Path.of("reference", "tiny"));
            if (Files.isDirectory(tiny)) {
                folders.add(new ReferenceFolder(tiny));
            }
            return folders;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path model() {
        return folder.resolve("model");
    }

    boolean has(String file) {
        return Files.exists(folder.resolve(file));
    }

    SafetensorsFile tensors(String file) {
        return SafetensorsFile.open(folder.resolve(file));
    }

    <T> T json(String file, Class<T> type) {
        return new Gson().fromJson(json(file), type);
    }

    JsonElement json(String file) {
        try {
            return JsonParser.parseString(Files.readString(folder.resolve(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The CSV file that the splits were made of; it may not exist. */
    Path data() {
        Path own = folder.resolve("data.csv");
        return Files.exists(own) ? own : SHARED.resolve(Path.of("data", "lenta_sample.csv"));
    }

    /** A padded batch as it is stored, with what lies behind the tokens. */
    static PaddedBatch batch(SafetensorsFile file, String prefix, String labels) {
        List<Long> shape = file.tensor(prefix + "input_ids").shape();
        int texts = Math.toIntExact(shape.get(0));
        int length = Math.toIntExact(shape.get(1));
        long[] ids = file.longs(prefix + "input_ids");
        long[] mask = file.longs(prefix + "attention_mask");
        List<int[]> tokens = new ArrayList<>();
        for (int text = 0; text < texts; text++) {
            int count = (int)
                    Arrays.stream(mask, text * length, (text + 1) * length).sum();
            tokens.add(Arrays.stream(ids, text * length, text * length + count)
                    .mapToInt(Math::toIntExact)
                    .toArray());
        }
        int[] classes = labels == null
                ? new int[0]
                : Arrays.stream(file.longs(labels)).mapToInt(Math::toIntExact).toArray();
        int paddingId = 0;
        for (int i = 0; i < mask.length; i++) {
            if (mask[i] == 0) {
                paddingId = Math.toIntExact(ids[i]);
            }
        }
        return new PaddedBatch(tokens, classes, length, paddingId);
    }

    /**
     * Texts that PyTorch saw padded.
     *
     * @param texts tokens of each text
     * @param labels class of each text, or empty
     * @param length rows of each text
     * @param paddingId what the rows after the tokens hold
     */
    record PaddedBatch(List<int[]> texts, int[] labels, int length, int paddingId) {
        Batch padded() {
            return new Layout.Padded(length, paddingId).lay(texts, labels);
        }

        Batch packed() {
            return new Layout.Packed().lay(texts, labels);
        }
    }

    @Override
    public String toString() {
        return folder.getFileName().toString();
    }
}
