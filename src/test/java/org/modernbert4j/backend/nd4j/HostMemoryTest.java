package org.modernbert4j.backend.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Backends;

class HostMemoryTest {
    private static float[] read(Backend backend, Array array) {
        float[] values = new float[Math.toIntExact(array.length())];
        backend.read(array).get(values);
        return values;
    }

    @Test
    void copiesShowAWriteThatNobodyAnnounced() {
        try (Backend backend = Backends.open("nd4j-copies")) {
            Array array = backend.upload(new float[] {1, 2, 3}, 3);
            FloatBuffer read = backend.read(array);
            read.put(0, 7);
            assertArrayEquals(new float[] {1, 2, 3}, read(backend, array));
            backend.write(array, memory -> memory.put(0, 7)); // forgets the others
            float[] written = read(backend, array);
            assertEquals(7, written[0]);
            assertTrue(Float.isNaN(written[1]) && Float.isNaN(written[2]));
        }
    }

    @Test
    void copiesStayAsTheyWereRead() {
        try (Backend backend = Backends.open("nd4j-copies")) {
            Array array = backend.upload(new float[] {1, 2, 3}, 3);
            FloatBuffer before = backend.read(array);
            backend.write(array, memory -> memory.put(new float[3]));
            assertEquals(2, before.get(1));
        }
    }

    @Test
    void theCpuSharesItsMemory() {
        try (Backend backend = Backends.open("nd4j")) {
            Array array = backend.upload(new float[] {1, 2, 3}, 3);
            FloatBuffer memory = backend.read(array);
            backend.write(array, values -> values.put(1, 7));
            assertEquals(7, memory.get(1));
            assertArrayEquals(new float[] {1, 7, 3}, read(backend, array));
        }
    }
}
