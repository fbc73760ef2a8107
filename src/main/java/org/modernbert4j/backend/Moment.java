package org.modernbert4j.backend;

/**
 * A point in the work of a backend, for measuring. A device works beside the host, so its moments pass later than the calls that
 * mark them.
 */
public interface Moment extends AutoCloseable {
    /** The seconds between an earlier moment of the same backend and this one. Waits until this one has passed. */
    double secondsSince(Moment earlier);

    /** Frees what a device keeps of it. */
    @Override
    void close();

    /**
     * A moment of the host.
     *
     * @param nanos of {@link System#nanoTime}
     */
    record OfHost(long nanos) implements Moment {
        /** Now. */
        public static Moment now() {
            return new OfHost(System.nanoTime());
        }

        @Override
        public double secondsSince(Moment earlier) {
            return (nanos - ((OfHost) earlier).nanos) / 1e9;
        }

        @Override
        public void close() {}
    }
}
