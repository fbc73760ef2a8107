package org.modernbert4j.ops.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
