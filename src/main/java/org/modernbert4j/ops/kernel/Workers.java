package org.modernbert4j.ops.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A fixed set of threads that share the work of one kernel at a time; the calling thread is one of them. Calls from several
 * threads wait for one another; a task must not call back.
 */
public final class Workers implements AutoCloseable {
    /** Does the part {@code from <= i < to} of some work. */
    @FunctionalInterface
    public interface RangeTask {
        /**
         * Does one part.
         *
         * @param scratch working memory of the worker that runs this part
         * @param from first index
         * @param to index after the last
         */
        void run(Scratch scratch, int from, int to);
    }

    /** Does one of many independent pieces of work. */
    @FunctionalInterface
    public interface ItemTask {
        /**
         * Does one piece.
         *
         * @param scratch working memory of the worker that runs this piece
         * @param item which piece
         */
        void run(Scratch scratch, int item);
    }

    private final List<Scratch> scratches = new ArrayList<>();
    private final ExecutorService helpers;

    /** @param threads how many threads work, the caller among them; at least 1 */
    public Workers(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("at least one worker is needed, not " + threads);
        }
        for (int i = 0; i < threads; i++) {
            scratches.add(new Scratch());
        }
        AtomicInteger number = new AtomicInteger();
        helpers = Executors.newFixedThreadPool(Math.max(1, threads - 1), task -> {
            Thread thread = new Thread(task, "kernel-worker-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** How many threads work, the caller among them. */
    public int count() {
        return scratches.size();
    }

    /**
     * Cuts {@code 0 <= i < count} into as many equal ranges as there are workers and runs them side by side.
     *
     * @param count how many indexes there are
     * @param task what is done for a range; ranges are never empty
     */
    public void split(int count, RangeTask task) {
        split(count, Math.min(count(), count), task);
    }

    /**
     * Cuts {@code 0 <= i < count} into equal ranges and runs them side by side. Where {@code parts} does not follow from the
     * number of workers, neither do the ranges: for work whose rounding depends on where it is cut.
     *
     * @param count how many indexes there are
     * @param parts how many ranges, at most count
     * @param task what is done for a range
     */
    public void split(int count, int parts, RangeTask task) {
        each(parts, (scratch, part) -> {
            int from = (int) ((long) count * part / parts);
            int to = (int) ((long) count * (part + 1) / parts);
            task.run(scratch, from, to);
        });
    }

    /**
     * Runs {@code count} independent pieces; a worker that is done takes the next.
     *
     * @param count how many pieces there are
     * @param task what is done for a piece
     */
    public void each(int count, ItemTask task) {
        AtomicInteger next = new AtomicInteger();
        together(Math.min(count(), count), (scratch, worker) -> {
            for (int item = next.getAndIncrement(); item < count; item = next.getAndIncrement()) {
                task.run(scratch, item);
            }
        });
    }

    /** Worker {@code i} of {@code parts} runs the task for item {@code i}; returns when all have ended, failed or not. */
    private synchronized void together(int parts, ItemTask task) {
        List<Future<?>> others = new ArrayList<>(parts);
        for (int i = 1; i < parts; i++) {
            int part = i;
            others.add(helpers.submit(() -> task.run(scratches.get(part), part)));
        }
        Throwable failure = null;
        try {
            if (parts > 0) {
                task.run(scratches.get(0), 0);
            }
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        for (Future<?> other : others) {
            failure = join(other, failure);
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw (RuntimeException) failure; // a task declares no other
        }
    }

    /** Waits for a part; gives the first failure, which keeps the later ones. */
    private static Throwable join(Future<?> part, Throwable failure) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    part.get();
                    return failure;
                } catch (InterruptedException e) {
                    interrupted = true; // the part writes into memory that the caller will free: it must end first
                } catch (ExecutionException e) {
                    if (failure == null) {
                        return e.getCause();
                    }
                    if (failure != e.getCause()) {
                        failure.addSuppressed(e.getCause());
                    }
                    return failure;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        helpers.shutdown();
    }
}
