package org.modernbert4j.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ObjIntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.backend.cpu.Workers.RangeTask;
import org.modernbert4j.backend.cpu.Workers.StepTask;

@Timeout(60)
class WorkersTest {
    @ParameterizedTest
    @CsvSource({"1, 10", "2, 1", "3, 2", "3, 100", "4, 0"})
    void everyIndexIsVisitedOnce(int threads, int count) {
        AtomicIntegerArray split = new AtomicIntegerArray(count);
        AtomicIntegerArray each = new AtomicIntegerArray(count);
        try (Workers workers = new Workers(threads)) {
            workers.split(count, (scratch, from, to) -> {
                assertTrue(from < to);
                for (int i = from; i < to; i++) {
                    split.incrementAndGet(i);
                }
            });
            workers.each(count, (scratch, item) -> each.incrementAndGet(item));
        }
        int[] once = new int[count];
        Arrays.fill(once, 1);
        assertArrayEquals(once, values(split));
        assertArrayEquals(once, values(each));
    }

    private static int[] values(AtomicIntegerArray array) {
        int[] values = new int[array.length()];
        Arrays.setAll(values, array::get);
        return values;
    }

    @Test
    void partsRunSideBySideEachWithAScratchOfItsOwn() {
        Set<Scratch> scratches = ConcurrentHashMap.newKeySet();
        CountDownLatch allRunning = new CountDownLatch(3);
        try (Workers workers = new Workers(3)) {
            workers.split(3, (scratch, from, to) -> {
                scratches.add(scratch);
                allRunning.countDown();
                await(allRunning);
            });
        }
        assertEquals(3, scratches.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aFailureArrivesAfterTheOtherPartsHaveEnded(int failing) {
        IllegalStateException failure = new IllegalStateException("part " + failing);
        AtomicIntegerArray ended = new AtomicIntegerArray(3);
        try (Workers workers = new Workers(3)) {
            assertSame(
                    failure,
                    assertThrows(
                            IllegalStateException.class,
                            () -> workers.split(3, (scratch, from, to) -> {
                                if (from == failing) {
                                    throw failure;
                                }
                                sleep(100);
                                ended.set(from, 1);
                            })));
            int[] expected = {1, 1, 1};
            expected[failing] = 0;
            assertArrayEquals(expected, values(ended));
            workers.split(3, (scratch, from, to) -> ended.set(from, 2)); // the workers work on
            assertArrayEquals(new int[] {2, 2, 2}, values(ended));
        }
    }

    @Test
    void theFirstFailureKeepsTheOthers() {
        CountDownLatch allRunning = new CountDownLatch(2);
        try (Workers workers = new Workers(2)) {
            Exception failure = assertThrows(
                    IllegalStateException.class,
                    () -> workers.split(2, (scratch, from, to) -> {
                        allRunning.countDown();
                        await(allRunning);
                        throw new IllegalStateException("part " + from);
                    }));
            assertEquals(1, failure.getSuppressed().length);
        }
    }

    @Test
    void anInterruptWaitsForTheOtherPartsAndIsKept() {
        Thread caller = Thread.currentThread();
        CountDownLatch allRunning = new CountDownLatch(2);
        AtomicBoolean ended = new AtomicBoolean();
        try (Workers workers = new Workers(2)) {
            workers.split(2, (scratch, from, to) -> {
                allRunning.countDown();
                await(allRunning);
                if (Thread.currentThread().equals(caller)) {
                    caller.interrupt();
                } else {
                    sleep(100);
                    ended.set(true);
                }
            });
        }
        assertTrue(Thread.interrupted());
        assertTrue(ended.get());
    }

    @Test
    void aRangeStaysWithItsWorker() {
        try (Workers workers = new Workers(3)) {
            Scratch[] first = new Scratch[3];
            workers.split(3, (scratch, from, to) -> first[from] = scratch);
            for (int i = 0; i < 1000; i++) {
                workers.split(3, (scratch, from, to) -> assertSame(first[from], scratch));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void aStepSeesAllOfTheOneBefore(int threads) {
        int count = 7;
        int steps = 1000;
        int[] done = new int[count];
        try (Workers workers = new Workers(threads)) {
            workers.steps(steps, count, (scratch, step, from, to) -> {
                int least = Arrays.stream(done.clone()).min().orElseThrow();
                assertTrue(least >= step, "step " + step + " beside one with " + least);
                Arrays.fill(done, from, to, step + 1);
            });
        }
        int[] all = new int[count];
        Arrays.fill(all, steps);
        assertArrayEquals(all, done);
    }

    @Test
    void stepsKeepTheirScratchFromOtherCallers() throws InterruptedException {
        try (Workers workers = new Workers(2)) {
            Thread other = new Thread(() -> {
                for (int call = 0; call < 1000; call++) {
                    workers.split(2, (scratch, from, to) -> scratch.array(0, 1)[0] = -1f);
                }
            });
            other.start();
            for (int call = 0; call < 10; call++) {
                workers.steps(100, 2, (scratch, step, from, to) -> {
                    float[] kept = scratch.array(0, 1);
                    assertTrue(step == 0 || kept[0] == step - 1, "step " + step + " found " + kept[0]);
                    kept[0] = step;
                });
            }
            other.join();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void shortTasksOfSeveralThreadsAllRunOneAtATime(int threads) throws InterruptedException {
        int callers = 4;
        int calls = 3000;
        AtomicIntegerArray done = new AtomicIntegerArray(callers);
        AtomicReference<AtomicInteger> underWay = new AtomicReference<>();
        try (Workers workers = new Workers(threads)) {
            Thread[] callerThreads = new Thread[callers];
            for (int caller = 0; caller < callers; caller++) {
                int self = caller;
                callerThreads[caller] = new Thread(() -> {
                    for (int call = 0; call < calls; call++) {
                        AtomicInteger open = new AtomicInteger(threads);
                        workers.split(threads, (scratch, from, to) -> {
                            underWay.compareAndSet(null, open);
                            assertSame(open, underWay.get());
                            done.incrementAndGet(self);
                            if (open.decrementAndGet() == 0) {
                                underWay.set(null);
                            }
                        });
                    }
                });
                callerThreads[caller].start();
            }
            for (Thread thread : callerThreads) {
                thread.join();
            }
        }
        for (int caller = 0; caller < callers; caller++) {
            assertEquals(calls * threads, done.get(caller));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100})
    void callsAfterAnyPauseRunInFull(int pauseMicros) {
        AtomicInteger done = new AtomicInteger();
        try (Workers workers = new Workers(2)) {
            for (int call = 0; call < 2000; call++) {
                LockSupport.parkNanos(call % 10 == 0 ? pauseMicros * 1000L : 0);
                workers.split(2, (scratch, from, to) -> done.incrementAndGet());
            }
        }
        assertEquals(4000, done.get());
    }

    @Test
    void aCallAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int calls = 10_000;
        RangeTask range = (scratch, from, to) -> {};
        ObjIntConsumer<Scratch> item = (scratch, i) -> {};
        StepTask stepTask = (scratch, step, from, to) -> {};
        try (Workers workers = new Workers(2)) {
            long[] ids = new long[2];
            workers.split(
                    2, (scratch, from, to) -> ids[from] = Thread.currentThread().getId());
            long[] before = null;
            for (int round = 0; round < 2; round++) { // the first loads classes
                before = threads.getThreadAllocatedBytes(ids);
                for (int call = 0; call < calls; call++) {
                    workers.split(2, range);
                    workers.each(3, item);
                }
                workers.steps(calls, 2, stepTask);
            }
            long[] after = threads.getThreadAllocatedBytes(ids);
            for (int i = 0; i < ids.length; i++) {
                assertTrue(after[i] - before[i] < calls, "thread " + i + " allocated " + (after[i] - before[i]));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20})
    void closedWorkersEndTheirThreadsAndTakeNoMoreWork(int idleMillis) throws InterruptedException {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        Workers workers = new Workers(3);
        workers.split(3, (scratch, from, to) -> threads.add(Thread.currentThread()));
        sleep(idleMillis);
        workers.close();
        workers.close(); // changes nothing
        threads.remove(Thread.currentThread());
        assertEquals(2, threads.size());
        for (Thread thread : threads) {
            thread.join(10_000);
            assertFalse(thread.isAlive());
        }
        assertThrows(IllegalStateException.class, () -> workers.each(1, (scratch, item) -> {}));
    }

    @Test
    void idleWorkersSleep() {
        try (Workers workers = new Workers(2)) {
            Thread[] helper = new Thread[2];
            workers.split(2, (scratch, from, to) -> helper[from] = Thread.currentThread());
            for (int i = 0; helper[1].getState() != Thread.State.WAITING; i++) {
                assertTrue(i < 1000, "still " + helper[1].getState());
                sleep(10);
            }
        }
    }

    @Test
    void anInterruptedHelperWorksOn() {
        AtomicInteger done = new AtomicInteger();
        try (Workers workers = new Workers(2)) {
            Thread caller = Thread.currentThread();
            for (int call = 0; call < 3; call++) {
                workers.split(2, (scratch, from, to) -> {
                    if (!Thread.currentThread().equals(caller)) {
                        Thread.currentThread().interrupt();
                    }
                    done.incrementAndGet();
                });
                sleep(10);
            }
        }
        assertEquals(6, done.get());
    }

    @Test
    void callingBackIsAnErrorAndBreaksNothing() {
        AtomicInteger done = new AtomicInteger();
        try (Workers workers = new Workers(1)) {
            assertThrows(
                    IllegalStateException.class,
                    () -> workers.split(1, (scratch, from, to) -> workers.each(1, (own, item) -> {})));
            workers.split(1, (scratch, from, to) -> done.incrementAndGet());
        }
        assertEquals(1, done.get());
    }

    @Test
    void sharedMemoryIsForWhoHoldsTheMonitor() {
        try (Workers workers = new Workers(2)) {
            synchronized (workers) {
                double[] seen = workers.shared().doubles(0, 2);
                workers.split(2, (scratch, from, to) -> Arrays.fill(seen, from, to, from + 1));
                assertSame(seen, workers.shared().doubles(0, 2));
                assertArrayEquals(new double[] {1, 2}, seen);
            }
            assertThrows(IllegalStateException.class, workers::shared);
        }
    }

    @Test
    void noWorkerIsAnError() {
        assertThrows(IllegalArgumentException.class, () -> new Workers(0));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void sleep(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
