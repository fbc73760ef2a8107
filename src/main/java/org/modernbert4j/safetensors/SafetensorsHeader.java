package org.modernbert4j.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.modernbert4j.GitLfs;
import org.modernbert4j.InputException;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonFile;
import org.modernbert4j.json.JsonValue;

/**
 * The header of a file: eight bytes for the length, then the JSON of that length. Reading checks it against the file.
 *
 * @param metadata metadata of the file
 * @param tensors by name, in the order of their bytes
 * @param dataBegin position in the file of the first byte after the header
 */
record SafetensorsHeader(Map<String, String> metadata, Map<String, TensorInfo> tensors, long dataBegin) {
    /** The only field of the header that is not a tensor. */
    static final String METADATA = "__metadata__";

    /** Number of bytes that store the length of the header. */
    static final int LENGTH_BYTES = 8;

    /** What to do about a broken file; messages end with it. */
    static final String REMEDY = "get or save the file again";

    private static final long LARGEST = 100_000_000;

    /** A size that no pointer of Git LFS has. */
    private static final int POINTER_BYTES = 1024;

    /** Reads and checks the header of a file. */
    static SafetensorsHeader read(FileChannel channel, Path path) throws IOException {
        long size = channel.size();
        ByteBuffer bytes = json(channel, path, size);
        long dataBegin = LENGTH_BYTES + (long) bytes.remaining();
        JsonFields header = JsonFile.parse(decode(bytes, path), path.toString(), REMEDY);
        Map<String, String> metadata = header.has(METADATA) ? header.map(METADATA, JsonValue::text) : Map.of();
        List<TensorInfo> entries = new ArrayList<>();
        header.unread().forEach(name -> entries.add(entry(name, header.fields(name))));
        entries.sort(Comparator.comparingLong(TensorInfo::begin).thenComparingLong(TensorInfo::end));
        checkCover(path, entries, size - dataBegin);
        Map<String, TensorInfo> tensors = new LinkedHashMap<>();
        entries.forEach(tensor -> tensors.put(tensor.name(), tensor));
        return new SafetensorsHeader(
                Collections.unmodifiableMap(metadata), Collections.unmodifiableMap(tensors), dataBegin);
    }

    private static ByteBuffer json(FileChannel channel, Path path, long size) throws IOException {
        if (size < LENGTH_BYTES) {
            throw error(path, "the file has " + size + " bytes, expected at least " + LENGTH_BYTES);
        }
        if (size < POINTER_BYTES) {
            ByteBuffer whole = bytes(channel, path, 0, (int) size);
            GitLfs.refusePointer(path, StandardCharsets.ISO_8859_1.decode(whole).toString());
        }
        long length = bytes(channel, path, 0, LENGTH_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
        if (length < 0 || length > LARGEST) {
            String bytes = Long.toUnsignedString(length);
            throw error(path, "the header is said to have " + bytes + " bytes, expected at most " + LARGEST);
        }
        if (length > size - LENGTH_BYTES) {
            throw error(
                    path,
                    "the header is said to have " + length + " bytes, but only " + (size - LENGTH_BYTES) + " follow");
        }
        ByteBuffer header = bytes(channel, path, LENGTH_BYTES, (int) length);
        if (length == 0 || header.get(0) != '{') {
            throw error(path, "the header does not begin with {");
        }
        return header;
    }

    private static String decode(ByteBuffer text, Path path) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
        } catch (CharacterCodingException e) {
            throw error(path, "the header is not UTF-8");
        }
    }

    private static ByteBuffer bytes(FileChannel channel, Path path, long first, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, first + bytes.position()) < 0) {
                throw error(path, "the file became shorter while it was read");
            }
        }
        return bytes.flip();
    }

    private static TensorInfo entry(String name, JsonFields fields) {
        JsonValue offsets = fields.get("data_offsets");
        List<Long> bounds = counts(offsets);
        if (bounds.size() != 2) {
            throw offsets.error("2 numbers");
        }
        return new TensorInfo(
                name, fields.choice("dtype", DType.class), counts(fields.get("shape")), bounds.get(0), bounds.get(1));
    }

    private static List<Long> counts(JsonValue array) {
        return array.list(count -> count.longFrom(0));
    }

    private static void checkCover(Path path, List<TensorInfo> tensors, long dataBytes) {
        long covered = 0;
        for (TensorInfo tensor : tensors) {
            String problem = problem(tensor, covered);
            if (!problem.isEmpty()) {
                throw error(path, "tensor " + tensor.name() + " " + problem);
            }
            covered = tensor.end();
        }
        if (covered > dataBytes) {
            throw error(path, "the file is cut short: " + dataBytes + " bytes of tensors, expected " + covered);
        }
        if (covered < dataBytes) {
            throw error(path, (dataBytes - covered) + " bytes follow the last tensor, expected none");
        }
    }

    /** The problem with a tensor that should begin at a byte; empty if there is none. */
    private static String problem(TensorInfo tensor, long begin) {
        if (tensor.end() < tensor.begin()) {
            return "ends at byte " + tensor.end() + ", before it begins at " + tensor.begin();
        }
        long expected;
        try {
            expected = tensor.type().byteCount(tensor.shape());
        } catch (ArithmeticException e) {
            return "has shape " + tensor.shape() + ", too large to count";
        }
        if (tensor.byteCount() != expected) {
            return "has %d bytes, expected %d for %s %s"
                    .formatted(tensor.byteCount(), expected, tensor.type(), tensor.shape());
        }
        if (tensor.begin() != begin) {
            String why = tensor.begin() > begin ? "bytes before it belong to no tensor" : "it overlaps another tensor";
            return "begins at byte " + tensor.begin() + ", expected " + begin + ": " + why;
        }
        return "";
    }

    private static InputException error(Path path, String problem) {
        return new InputException(path + ": " + problem + "; " + REMEDY);
    }
}
