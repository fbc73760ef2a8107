package org.modernbert4j.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.InputException;

class SafetensorsFileTest {
    @TempDir
    Path folder;

    @Test
    void readsFloatsOfEveryType() throws IOException {
        assertArrayEquals(new float[] {1.5f, -0.1f}, floats("F32", 8, data -> data.putFloat(1.5f)
                .putFloat(-0.1f)));
        assertArrayEquals(new float[] {1.5f, 0.1f}, floats("F64", 16, data -> data.putDouble(1.5)
                .putDouble(0.1)));
        assertArrayEquals(new float[] {1.0f, -2.0f}, floats("F16", 4, data -> data.putShort((short) 0x3c00)
                .putShort((short) 0xc000)));
        assertArrayEquals(new float[] {1.0f, -3.0f}, floats("BF16", 4, data -> data.putShort((short) 0x3f80)
                .putShort((short) 0xc040)));
    }

    @Test
    void readsBrainFloatsThatAreNotFinite() throws IOException {
        float[] read = floats("BF16", 6, data -> data.putShort((short) 0x7f80)
                .putShort((short) 0xff80)
                .putShort((short) 0x7fc0));
        assertArrayEquals(new float[] {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN}, read);
    }

    @ParameterizedTest
    @CsvSource({
        "0000, 0x0.0p0",
        "8000, -0x0.0p0",
        "0001, 0x1.0p-24",
        "03ff, 0x1.ff8p-15",
        "8200, -0x1.0p-15",
        "0400, 0x1.0p-14",
        "3555, 0x1.554p-2",
        "7bff, 65504",
        "7c00, Infinity",
        "fc00, -Infinity",
        "7e00, NaN"
    })
    void readsHalves(String bits, float wanted) {
        assertEquals(wanted, Elements.halfToFloat((short) Integer.parseInt(bits, 16)));
    }

    @Test
    void halvesKeepTheirOrder() {
        for (int bits = 0; bits < 0x7c00; bits++) {
            float smaller = Elements.halfToFloat((short) bits);
            assertTrue(smaller < Elements.halfToFloat((short) (bits + 1)));
            assertEquals(-smaller, Elements.halfToFloat((short) (bits | 0x8000)));
        }
    }

    @Test
    void readsIntegersOfEveryType() throws IOException {
        assertArrayEquals(new long[] {Long.MIN_VALUE}, longs("I64", 8, data -> data.putLong(Long.MIN_VALUE)));
        assertArrayEquals(
                new long[] {-1, 7}, longs("I32", 8, data -> data.putInt(-1).putInt(7)));
        assertArrayEquals(
                new long[] {255, 1}, longs("U8", 2, data -> data.put((byte) -1).put((byte) 1)));
        assertArrayEquals(
                new long[] {1, 0}, longs("BOOL", 2, data -> data.put((byte) 1).put((byte) 0)));
    }

    @Test
    void refusesToReadTheWrongType() throws IOException {
        try (SafetensorsFile file = file("I32", 8, data -> {})) {
            assertMessage("tensor x has type I32, expected F64, F32, F16 or BF16", () -> file.floats("x"));
        }
        for (String type : List.of("F8_E4M3", "F8_E5M2", "I8")) {
            try (SafetensorsFile file = file(type, 8, data -> {})) {
                assertMessage("tensor x has type " + type + ", expected F64, F32, F16 or BF16", () -> file.floats("x"));
                assertMessage("tensor x has type " + type + ", expected I64, I32, U8 or BOOL", () -> file.longs("x"));
            }
        }
        try (SafetensorsFile file = file("F32", 8, data -> {})) {
            assertMessage("tensor x has type F32, expected I64, I32, U8 or BOOL", () -> file.longs("x"));
        }
    }

    @Test
    void readsARangeOfRows() throws IOException {
        try (SafetensorsFile file = file("F32", 24, data -> {
            for (int i = 0; i < 6; i++) {
                data.putFloat(i);
            }
        })) {
            float[] rows = new float[4];
            file.readFloats("x", 2, FloatBuffer.wrap(rows, 1, 2));
            assertArrayEquals(new float[] {0, 2, 3, 0}, rows);
            assertThrows(IndexOutOfBoundsException.class, () -> file.readFloats("x", 3, FloatBuffer.allocate(4)));
            assertThrows(IllegalArgumentException.class, () -> file.readFloats("x", FloatBuffer.allocate(5)));
        }
    }

    @Test
    void bytesAreReadOnlyAndLittleEndian() throws IOException {
        try (SafetensorsFile file = file("I32", 4, data -> data.putInt(0x01020304))) {
            ByteBuffer bytes = file.bytes("x");
            assertTrue(bytes.isReadOnly());
            assertEquals(ByteOrder.LITTLE_ENDIAN, bytes.order());
            assertEquals(4, bytes.get(0));
            assertEquals(0x0304, file.bytes("x", 0, 2).getShort());
        }
    }

    @Test
    void namesTheNearestOfATensorThatIsNotThere() throws IOException {
        String header =
                """
                {"model.layers.0.norm.weight":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},\
                "head":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}\
                """;
        try (SafetensorsFile file = SafetensorsFile.open(SafetensorsBytes.file(folder, header, 0))) {
            assertMessage(
                    "no tensor layers.0.norm.weight among 2; near names: model.layers.0.norm.weight; check",
                    () -> file.tensor("layers.0.norm.weight"));
        }
    }

    @Test
    void aClosedFileSaysSo() throws IOException {
        SafetensorsFile file = file("F32", 4, data -> {});
        file.close();
        assertThrows(IllegalStateException.class, () -> file.floats("x"));
    }

    @Test
    void readsPastTwoGibibytes() throws IOException {
        long bytes = (3L << 30) + 4;
        String header =
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[0,%d]}}".formatted(bytes / 4, bytes);
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        Path path = folder.resolve("sparse.safetensors");
        try (SeekableByteChannel out = Files.newByteChannel(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            out.write(SafetensorsBytes.lengthAnd(json.length, json.length)
                    .put(json)
                    .flip());
            out.position(out.position() + bytes - 4);
            out.write(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putFloat(2.5f)
                    .flip());
        }
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            float[] last = new float[2];
            file.readFloats("x", bytes / 4 - 2, FloatBuffer.wrap(last));
            assertArrayEquals(new float[] {0, 2.5f}, last);
            assertMessage("tensor x has 3221225476 bytes, at most", () -> file.bytes("x"));
        }
    }

    private interface Fill {
        void into(ByteBuffer data);
    }

    private SafetensorsFile file(String type, int bytes, Fill fill) throws IOException {
        byte[] data = new byte[bytes];
        fill.into(ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN));
        int elements = bytes / DType.valueOf(type).size();
        String header =
                "{\"x\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[0,%d]}}".formatted(type, elements, bytes);
        return SafetensorsFile.open(SafetensorsBytes.file(folder, header, data));
    }

    private float[] floats(String type, int bytes, Fill fill) throws IOException {
        try (SafetensorsFile file = file(type, bytes, fill)) {
            return file.floats("x");
        }
    }

    private long[] longs(String type, int bytes, Fill fill) throws IOException {
        try (SafetensorsFile file = file(type, bytes, fill)) {
            return file.longs("x");
        }
    }

    private void assertMessage(String wanted, Runnable action) {
        String message = assertThrows(InputException.class, action::run).getMessage();
        assertTrue(message.startsWith(folder.toString()), message);
        assertTrue(message.contains(wanted), message);
    }
}
