package org.modernbert4j.backend.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;

class BufferPoolTest {
    private final BufferPool pool = new BufferPool();

    private DataBuffer given(DataType type, long... shape) {
        NdArray array = pool.take(type, shape);
        pool.give(array);
        return array.buffer();
    }

    @Test
    void aBufferServesArraysThatFillAtLeastHalfOfIt() {
        DataBuffer buffer = given(DataType.FLOAT, 10, 10);
        assertSame(buffer, given(DataType.FLOAT, 96));
        assertSame(buffer, given(DataType.FLOAT, 2, 3, 10));
        assertNotSame(buffer, given(DataType.FLOAT, 40));
        assertNotSame(buffer, given(DataType.BFLOAT16, 100));
    }

    @Test
    void aBufferThatIsTooSmallMakesRoomForItsSuccessor() {
        DataBuffer small = given(DataType.FLOAT, 100);
        given(DataType.FLOAT, 150);
        assertTrue(small.wasClosed());
        assertEquals(1, pool.size());
    }

    @Test
    void anArrayHasItsShapeWhateverTheBuffersSize() {
        given(DataType.FLOAT, 13);
        NdArray array = pool.take(DataType.FLOAT, 3, 4);
        assertArrayEquals(new long[] {3, 4}, array.array().shape());
        assertArrayEquals(new long[] {3, 4}, array.shape());
        assertEquals(12, array.floats().limit());
        array.floats().put(7, 5);
        assertEquals(5, array.array().getFloat(1, 3));
    }

    @Test
    void whatIsGivenAfterTheEndIsFreed() {
        NdArray open = pool.take(DataType.FLOAT, 5);
        DataBuffer waiting = given(DataType.FLOAT, 100);
        pool.close();
        assertTrue(waiting.wasClosed());
        pool.give(open);
        assertTrue(open.buffer().wasClosed());
        assertEquals(0, pool.size());
    }
}
