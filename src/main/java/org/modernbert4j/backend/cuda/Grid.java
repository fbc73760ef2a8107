package org.modernbert4j.backend.cuda;

/**
 * The blocks of a launch.
 *
 * @param x number of blocks, first dimension
 * @param y second dimension
 * @param z third dimension
 * @param threads of a block, as the kernel declares them
 * @param sharedBytes shared memory of a block
 */
record Grid(int x, int y, int z, int threads, int sharedBytes) {
    /** The most blocks of a kernel whose threads loop over what is left. */
    private static final int MOST_LOOPING = 1 << 14;

    /** Enough threads for all numbers; a kernel whose threads loop gets no more than some thousand blocks. */
    static Grid looping(long count, int threads) {
        return blocks(Math.min(ceil(count, threads), MOST_LOOPING), threads);
    }

    /** So many blocks. */
    static Grid blocks(long blocks, int threads) {
        return new Grid(Math.toIntExact(blocks), 1, 1, threads, 0);
    }

    /** The number of parts of a size that cover a count. */
    static long ceil(long count, long size) {
        return (count + size - 1) / size;
    }

    /** The same with a second dimension. */
    Grid times(int blocks) {
        return new Grid(x, blocks, z, threads, sharedBytes);
    }

    /** The same with a third dimension. */
    Grid deep(int blocks) {
        return new Grid(x, y, blocks, threads, sharedBytes);
    }

    /** The same with shared memory. */
    Grid shared(int bytes) {
        return new Grid(x, y, z, threads, bytes);
    }

    /** Whether there is nothing to do. */
    boolean isEmpty() {
        return x == 0 || y == 0 || z == 0;
    }
}
