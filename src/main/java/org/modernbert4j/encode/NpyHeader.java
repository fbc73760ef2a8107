package org.modernbert4j.encode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** What NumPy's files begin with (numpy.lib.format, version 1.0). */
final class NpyHeader {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final int ALIGNMENT = 64;

    private NpyHeader() {}

    /**
     * Of a little-endian array of float32 in C order.
     *
     * @param shape at least two dimensions
     */
    static ByteBuffer ofFloats(List<Integer> shape) {
        String dimensions = shape.stream().map(String::valueOf).collect(Collectors.joining(", "));
        String text = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + dimensions + "), }";
        int before = MAGIC.length + Short.BYTES;
        int whole = (before + text.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        String padded = text + " ".repeat(whole - before - text.length() - 1) + "\n";
        return ByteBuffer.allocate(whole)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .putShort((short) padded.length())
                .put(padded.getBytes(StandardCharsets.US_ASCII))
                .flip();
    }
}
