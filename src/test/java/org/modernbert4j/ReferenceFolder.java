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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.model.Parameter.Published;
import org.modernbert4j.ops.Batch;
import org.modernbert4j.ops.Targets;
import org.modernbert4j.safetensors.SafetensorsFile;

/** A folder of expected numbers: a checkpoint in {@code model/} and what PyTorch computes with it. */
final class ReferenceFolder {
    private final Path folder;

    ReferenceFolder(Path folder) {
        this.folder = folder;
    }

    /** The folder that {@code -Dreference.dir} names; without it the project's own. */
    static List<ReferenceFolder> all() {
        String named = System.getProperty("reference.dir");
        if (named != null) {
            return List.of(new ReferenceFolder(Path.of(named)));
        }
        try (Stream<Path> own = Files.list(Path.of("src", "test", "resources", "fixtures"))) {
            return own.sorted().map(ReferenceFolder::new).toList();
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
        return folder.resolve("data.csv");
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

    /** What a file holds of a parameter: all of a tensor, or its part of it. */
    static float[] part(SafetensorsFile file, String prefix, String encoderPrefix, Parameter parameter) {
        Published published = parameter.published();
        float[] whole = file.floats(prefix + (parameter.isOfHead() ? "" : encoderPrefix) + published.tensor());
        int count = whole.length / published.parts();
        return Arrays.copyOfRange(whole, published.part() * count, (published.part() + 1) * count);
    }

    /**
     * Texts that PyTorch saw padded.
     *
     * @param texts tokens of each text
     * @param labels class of each text, of each padded row of a language model, or empty
     * @param length rows of each text
     * @param paddingId what the rows after the tokens hold
     */
    record PaddedBatch(List<int[]> texts, int[] labels, int length, int paddingId) {
        /** The same with labels. */
        PaddedBatch labelled(long[] classes) {
            int[] other = Arrays.stream(classes).mapToInt(Math::toIntExact).toArray();
            return new PaddedBatch(texts, other, length, paddingId);
        }

        /** As PyTorch has it. */
        Batch padded() {
            return labelled(Layout.padded(length, paddingId));
        }

        /** Without the padding. */
        Batch packed() {
            return labelled(Layout.packed());
        }

        private Batch labelled(Layout layout) {
            return layout.lay(texts).with(new Targets.Classes(labels));
        }

        /** For a language model: logits of the labelled rows, or of all rows where nothing is labelled. */
        static Batch selecting(Batch batch, int[] labels) {
            int[] selected = IntStream.range(0, batch.rows())
                    .filter(row -> labels.length == 0 || labels[row] >= 0)
                    .toArray();
            Targets targets = labels.length == 0
                    ? Targets.NONE
                    : new Targets.Classes(
                            Arrays.stream(selected).map(row -> labels[row]).toArray());
            return new Batch(batch.ids(), batch.segments(), selected, targets);
        }
    }

    @Override
    public String toString() {
        return folder.getFileName().toString();
    }
}
