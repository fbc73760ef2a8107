package org.modernbert4j.backend.nd4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class NdArrayTest {
    @Test
    void threadsGetTheSameMemory() {
        try (BufferPool pool = new BufferPool()) {
            for (int round = 0; round < 500; round++) {
                NdArray array = pool.take(DataType.FLOAT, 3, 4);
                Set<Object> seen = Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
                IntStream.range(0, 8).parallel().forEach(i -> {
                    seen.add(array.floats());
                    seen.add(array.array());
                });
                assertEquals(2, seen.size());
                pool.give(array);
            }
        }
    }
}
