package org.modernbert4j;

/** Told how far a long piece of work has come; may be called from any thread. */
@FunctionalInterface
public interface Progress {
    /** Listens to nothing. */
    Progress NONE = (done, total) -> {};

    /**
     * Some more of the work is done.
     *
     * @param done units finished so far
     * @param total units in all; 0 where that is not known
     */
    void report(long done, long total);
}
