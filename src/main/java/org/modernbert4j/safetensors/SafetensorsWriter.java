package org.modernbert4j.safetensors;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.modernbert4j.OutputFile;

/** Writes safetensors files. Equal content gives equal bytes; the order of the tensors does not matter. */
public final class SafetensorsWriter {
    private static final int ALIGNMENT = 8;

    /** Widest elements first, so that all tensors are aligned; then by the bytes of the name. */
    private static final Comparator<TensorSource> ORDER = Comparator.comparing(TensorSource::type)
            .reversed()
            .thenComparing(source -> source.name().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    /** A tensor in the header. */
    private record Entry(DType dtype, List<Long> shape, @SerializedName("data_offsets") List<Long> offsets) {}

    private SafetensorsWriter() {}

    /**
     * Writes a file as {@link OutputFile#replace} does. The content of one tensor is in memory at a time.
     *
     * @param path the file to write or replace, in a folder that exists
     * @param metadata metadata of the file, such as {@code format=pt}; may be empty
     * @param tensors in any order
     * @throws IllegalArgumentException if two tensors have the same name, one has the name {@code __metadata__}, or the number of
     *     bytes of a content does not match its type and shape
     * @throws org.modernbert4j.InputException if the file cannot be written
     */
    public static void write(Path path, Map<String, String> metadata, List<TensorSource> tensors) {
        checkNames(tensors);
        List<TensorSource> ordered = tensors.stream().sorted(ORDER).toList();
        byte[] header = header(metadata, ordered);
        OutputFile.replace(path, out -> writeAll(out, header, ordered));
    }

    private static void checkNames(List<TensorSource> tensors) {
        Set<String> names = new HashSet<>(Set.of(SafetensorsHeader.METADATA));
        for (TensorSource tensor : tensors) {
            if (!names.add(tensor.name())) {
                throw new IllegalArgumentException("tensor name " + tensor.name() + " is taken");
            }
        }
    }

    private static byte[] header(Map<String, String> metadata, List<TensorSource> tensors) {
        Map<String, Object> json = new LinkedHashMap<>();
        if (!metadata.isEmpty()) {
            json.put(SafetensorsHeader.METADATA, new TreeMap<>(metadata));
        }
        long begin = 0;
        for (TensorSource tensor : tensors) {
            long end = begin + tensor.byteCount();
            json.put(tensor.name(), new Entry(tensor.type(), tensor.shape(), List.of(begin, end)));
            begin = end;
        }
        byte[] bytes = GSON.toJson(json).getBytes(StandardCharsets.UTF_8);
        byte[] padded = Arrays.copyOf(bytes, (bytes.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
        Arrays.fill(padded, bytes.length, padded.length, (byte) ' ');
        return padded;
    }

    private static void writeAll(FileChannel out, byte[] header, List<TensorSource> tensors) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES + header.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .flip();
        OutputFile.writeAll(out, head);
        for (TensorSource tensor : tensors) {
            long begin = out.position();
            tensor.content().writeTo(out);
            long written = out.position() - begin;
            if (written != tensor.byteCount()) {
                throw new IllegalArgumentException("tensor %s gave %d bytes, expected %d for %s %s"
                        .formatted(tensor.name(), written, tensor.byteCount(), tensor.type(), tensor.shape()));
            }
        }
    }
}
