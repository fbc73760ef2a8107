package org.modernbert4j.cli;

import java.util.concurrent.CountDownLatch;

/**
 * Lets work end by itself when the process is told to end: on Ctrl-C the JVM waits until the work, which asks {@link
 * #requested}, has saved what it did.
 */
final class Interruption implements AutoCloseable {
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook = new Thread(this::request, "interruption");
    private volatile boolean requested;

    Interruption() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Whether the work should save its state and end. */
    boolean requested() {
        return requested;
    }

    private void request() {
        requested = true;
        System.err.println();
        System.err.println("interrupted: saving after this step");
        try {
            finished.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The work has ended. */
    @Override
    public void close() {
        finished.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending: the hook has run or runs now, and does not wait any more
        }
    }
}
