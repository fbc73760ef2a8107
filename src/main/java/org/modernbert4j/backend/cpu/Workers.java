package org.modernbert4j.backend.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ObjIntConsumer;

/**
 * A fixed set of threads that share the work of one kernel at a time; the calling thread is one of them. Calls from several
 * threads wait for one another. A call from a task that these workers run, or after they are closed, throws an {@link
 * IllegalStateException}.
 *
 * <p>The kernels of a network follow one another closely, and waking a thread takes longer than many kernels. So a thread that
 * waits for work or for the others spins for a moment before it sleeps.
 */
final class Workers implements AutoCloseable {
    /** Does a part of some work. */
    @FunctionalInterface
    interface RangeTask {
        /**
         * Does the part {@code from <= i < to}.
         *
         * @param scratch working memory of the worker that runs this part
         */
        void run(Scratch scratch, int from, int to);
    }

    /** Does a part of one of several steps. */
    @FunctionalInterface
    interface StepTask {
        /**
         * Does the part {@code from <= i < to} of a step.
         *
         * @param scratch working memory of the worker that runs this part, as the same part of the previous step left it
         */
        void run(Scratch scratch, int step, int from, int to);
    }

    /** About twice the time to wake a thread. */
    private static final long SPIN_NANOS = 50_000;

    /** How long a thread spins before it yields its core; the thread that it waits for may be scheduled on the same core. */
    private static final long UNYIELDING_NANOS = 1_000;

    private final Scratch scratch = new Scratch();
    private final Scratch shared = new Scratch();
    private final Helper[] helpers;
    private final long spinNanos;

    /** The work of the call that holds the monitor: either ranges or items. Helpers read it after they are called. */
    private RangeTask ranges;

    private ObjIntConsumer<Scratch> items;
    private int count;
    private int parts;
    private final AtomicInteger nextItem = new AtomicInteger();

    private volatile Thread sleepingCaller;
    private volatile boolean closed;

    /** @param threads how many threads work, the caller among them; at least 1 */
    Workers(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("found " + threads + " workers; use at least 1");
        }
        // if threads share a core, one that spins keeps another from working
        spinNanos = threads <= Runtime.getRuntime().availableProcessors() ? SPIN_NANOS : 0;
        helpers = new Helper[threads - 1];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = new Helper(i + 1);
        }
        for (Helper helper : helpers) {
            helper.start();
        }
    }

    /** How many threads work, the caller among them. */
    int count() {
        return helpers.length + 1;
    }

    /**
     * Cuts {@code 0 <= i < count} into as many equal ranges as there are workers and runs them side by side.
     *
     * @param task what is done for a range; ranges are never empty
     */
    void split(int count, RangeTask task) {
        split(count, Math.min(count(), count), task);
    }

    /**
     * Cuts {@code 0 <= i < count} into equal ranges and runs them side by side. If {@code parts} does not depend on the number of
     * workers, the ranges do not either. Use it for work whose rounding depends on where it is cut.
     *
     * @param parts how many ranges, at most count
     * @param task what is done for a range; the same worker runs it in every call with as many ranges
     */
    void split(int count, int parts, RangeTask task) {
        together(count, parts, task, null);
    }

    /**
     * Runs steps one after the other, each split in the same way. A step begins when the previous one has ended. No other work
     * comes between, so a worker finds in its scratch what it left there.
     *
     * @param count how many indexes each step has
     * @param task what is done for a range in a step
     */
    synchronized void steps(int steps, int count, StepTask task) {
        int[] step = new int[1]; // one task for all steps, which saves allocations
        RangeTask part = (scratch, from, to) -> task.run(scratch, step[0], from, to);
        for (; step[0] < steps; step[0]++) {
            split(count, part);
        }
    }

    /**
     * Runs {@code count} independent pieces; a worker that is done takes the next.
     *
     * @param task what is done for a piece, by its number, with the working memory of the worker that runs it
     */
    void each(int count, ObjIntConsumer<Scratch> task) {
        together(count, count, null, task);
    }

    /**
     * Memory that the tasks of one or more calls share. The calling thread must hold the monitor of these workers while it uses the
     * memory, so that no call of another thread comes between.
     *
     * @throws IllegalStateException if the calling thread does not hold the monitor
     */
    Scratch shared() {
        if (!Thread.holdsLock(this)) {
            throw new IllegalStateException("shared memory is for the thread that holds the workers' monitor");
        }
        return shared;
    }

    /** Runs the work of a call; returns when all workers have ended, failed or not. */
    private synchronized void together(int count, int parts, RangeTask ranges, ObjIntConsumer<Scratch> items) {
        if (closed) {
            throw new IllegalStateException("the workers are closed");
        }
        if (this.ranges != null || this.items != null) {
            throw new IllegalStateException("a task called the workers that run it");
        }
        this.ranges = ranges;
        this.items = items;
        this.count = count;
        this.parts = parts;
        nextItem.set(0);
        int called = Math.min(helpers.length, parts - 1);
        for (int i = 0; i < called; i++) {
            helpers[i].call();
        }
        Throwable failure = share(scratch, 0);
        boolean interrupted = false;
        for (int i = 0; i < called; i++) {
            interrupted |= await(helpers[i]);
            failure = joined(failure, helpers[i].failure);
        }
        this.ranges = null;
        this.items = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw (RuntimeException) failure; // a task declares no other
        }
    }

    /** Does a worker's share of the work. Returns its failure, or null. */
    private Throwable share(Scratch own, int worker) {
        try {
            if (ranges != null) {
                for (int part = worker; part < parts; part += count()) {
                    int from = (int) ((long) count * part / parts);
                    int to = (int) ((long) count * (part + 1) / parts);
                    ranges.run(own, from, to);
                }
            } else {
                for (int item = nextItem.getAndIncrement(); item < count; item = nextItem.getAndIncrement()) {
                    items.accept(own, item);
                }
            }
            return null;
        } catch (RuntimeException | Error e) {
            return e;
        }
    }

    /** Waits until the helper has ended its share. Returns whether the calling thread was interrupted meanwhile. */
    private boolean await(Helper helper) {
        if (spin(helper, false)) {
            return false;
        }
        boolean interrupted = false;
        sleepingCaller = Thread.currentThread();
        while (helper.working) { // even if interrupted, because the helper writes into memory that the caller will free
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        sleepingCaller = null;
        return interrupted;
    }

    /** Spins until the helper works, or no longer works. Returns false if that takes more than a moment. */
    @SuppressWarnings("ThreadPriorityCheck") // the scheduler's response changes only the speed
    private boolean spin(Helper helper, boolean working) {
        long start = System.nanoTime();
        while (helper.working != working) {
            long waited = System.nanoTime() - start;
            if (waited >= spinNanos) {
                return false;
            }
            if (waited < UNYIELDING_NANOS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
        return true;
    }

    /** The first failure, with later ones suppressed in it. */
    private static Throwable joined(Throwable failure, Throwable later) {
        if (failure == null) {
            return later;
        }
        if (later != null && later != failure) {
            failure.addSuppressed(later);
        }
        return failure;
    }

    /** Ends the threads and frees their working memory, after the current call. */
    @Override
    public synchronized void close() {
        closed = true;
        scratch.close();
        shared.close();
        for (Helper helper : helpers) {
            helper.own.close(); // between two calls it does not use it
            LockSupport.unpark(helper);
        }
    }

    private final class Helper extends Thread {
        private final int worker;
        private final Scratch own = new Scratch();

        /** Set by the caller to hand over the work; cleared by the helper to hand back the failure. */
        private volatile boolean working;

        private volatile boolean asleep;
        private Throwable failure;

        Helper(int worker) {
            super("kernel-worker-" + worker);
            this.worker = worker;
            setDaemon(true);
        }

        void call() {
            working = true;
            if (asleep) {
                LockSupport.unpark(this);
            }
        }

        @Override
        public void run() {
            while (awaitCall()) {
                failure = share(own, worker);
                working = false;
                LockSupport.unpark(sleepingCaller); // usually null, which has no effect
            }
        }

        /** Waits for work. Returns false once the workers are closed. */
        private boolean awaitCall() {
            if (spin(this, true)) {
                return true;
            }
            asleep = true;
            while (!working && !closed) {
                LockSupport.park(Workers.this);
                interrupted(); // clears the flag, because a thread with the flag does not park
            }
            asleep = false;
            return working;
        }
    }
}
