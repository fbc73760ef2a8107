package org.modernbert4j.run;

/**
 * How much of a frozen prefix's states is kept from one epoch to the next; what does not fit is computed again.
 *
 * @param memory bytes in memory
 * @param file bytes, beyond these, in a temporary file that is mapped into memory
 */
public record CacheLimits(long memory, long file) {
    /** Nothing is kept. */
    public static final CacheLimits NONE = new CacheLimits(0, 0);

    /** A quarter of the Java heap, and sixteen gigabytes in a file. */
    public static CacheLimits ofProcess() {
        return new CacheLimits(Runtime.getRuntime().maxMemory() / 4, 16L << 30);
    }
}
