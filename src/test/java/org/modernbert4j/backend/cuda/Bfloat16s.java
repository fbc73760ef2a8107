package org.modernbert4j.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Arrays of bfloat16 numbers on a device. */
final class Bfloat16s {
    private Bfloat16s() {}

    /** The bits of the elements. */
    static short[] bits(CudaBackend cuda, CudaArray array) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(array.bytes())).order(ByteOrder.nativeOrder());
        cuda.device.download(array.address(), bytes);
        short[] values = new short[Math.toIntExact(array.length())];
        bytes.rewind().asShortBuffer().get(values);
        return values;
    }

    /** To nearest bfloat16, ties to even; not for NaN. */
    static float rounded(float x) {
        int bits = Float.floatToRawIntBits(x);
        return Float.intBitsToFloat((bits + 0x7fff + (bits >>> 16 & 1)) & 0xffff0000);
    }

    /** Fails unless an array has these numbers, rounded. */
    static void assertRounded(float[] exact, CudaBackend cuda, CudaArray array, String what) {
        short[] found = bits(cuda, array);
        assertEquals(exact.length, found.length);
        for (int i = 0; i < exact.length; i++) {
            if (rounded(exact[i]) != Float.intBitsToFloat(found[i] << 16)) {
                throw new AssertionError(what + ": number " + i + " is " + Float.intBitsToFloat(found[i] << 16)
                        + ", expected " + exact[i] + " rounded");
            }
        }
    }
}
