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
        int parts = Math.min(count(), count);
        together(parts, (scratch, part) -> {
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

    /** Worker {@code i} of {@code parts} runs the task for item {@code i}; returns when all are done. */
    private synchronized void together(int parts, ItemTask task) {
        List<Future<?>> others = new ArrayList<>(parts);
        for (int i = 1; i < parts; i++) {
            int part = i;
            others.add(helpers.submit(() -> task.run(scratches.get(part), part)));
        }
        try {
            if (parts > 0) {
                task.run(scratches.get(0), 0);
            }
        } finally {
            others.forEach(Workers::join);
        }
    }

    private static void join(Future<?> part) {
        boolean interrupted = false;
        while (true) {
            try {
                part.get();
                break;
            } catch (InterruptedException e) {
                interrupted = true; // the part writes into memory that the caller will free: it must end first
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException failure) {
                    throw failure;
                }
                if (e.getCause() instanceof Error error) {
                    throw error;
                }
                throw new IllegalStateException(e.getCause());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        helpers.shutdown();
    }
}
