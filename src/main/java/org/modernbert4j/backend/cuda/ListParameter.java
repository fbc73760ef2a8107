package org.modernbert4j.backend.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.ObjIntConsumer;
import java.util.function.ToLongFunction;

/**
 * A kernel's parameter that lists the arrays of a launch; its blocks share their numbers. In CUDA C it is a structure of entries, whose
 * last field is the first block of an entry's array, and the number of entries.
 *
 * @param most how many arrays there can be
 * @param bytes of an entry
 * @param length how many numbers an array has
 * @param entry writes an entry
 * @param <T> an array, with what belongs to it
 */
record ListParameter<T>(int most, int bytes, ToLongFunction<T> length, Entry<T> entry) {
    /** Numbers that a block works on. */
    static final int PART = 1 << 13;

    /** Writes an entry. */
    @FunctionalInterface
    interface Entry<T> {
        /**
         * Writes it.
         *
         * @param firstBlock number of the first block that works on the array
         */
        void write(ByteBuffer to, T array, long firstBlock);
    }

    /**
     * Launches a kernel as often as it takes for all arrays.
     *
     * @param launch is given the parameter and the number of blocks
     */
    void launch(List<T> arrays, ObjIntConsumer<byte[]> launch) {
        for (int from = 0; from < arrays.size(); from += most) {
            List<T> some = arrays.subList(from, Math.min(from + most, arrays.size()));
            ByteBuffer list = ByteBuffer.allocate(most * bytes + Long.BYTES).order(ByteOrder.nativeOrder());
            long blocks = 0;
            for (T array : some) {
                entry.write(list, array, blocks);
                blocks += Grid.ceil(length.applyAsLong(array), PART);
            }
            list.putLong(most * bytes, some.size());
            launch.accept(list.array(), Math.toIntExact(blocks));
        }
    }
}
