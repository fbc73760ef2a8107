package org.modernbert4j.infer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.Progress;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.data.Dataset;
import org.modernbert4j.data.Example;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.data.MissingValues;
import org.modernbert4j.infer.TextClassifier.Classification;
import org.modernbert4j.run.Run;
import org.modernbert4j.run.RunListener;
import org.modernbert4j.task.SingleLabel;

/** What threads of a server may do with models. */
class SharingTest {
    private static final int THREADS = 8;
    private static final List<String> TEXTS =
            Dataset.read(TinyCheckpoint.DATA, "text", "topic", MissingValues.DROP).examples().stream()
                    .map(Example::text)
                    .toList();

    @TempDir
    private static Path temp;

    private static Path run;
    private static List<Classification> alone;

    @BeforeAll
    static void train() {
        SingleLabel task = SingleLabel.of(LabelledData.of(TinyCheckpoint.DATA, "text", "topic"))
                .withMaxLength(32);
        run = Run.builder(TinyCheckpoint.MODEL, task, temp.resolve("run"))
                .training(training -> training.epochs(1).learningRate(3e-3))
                .start(RunListener.NONE)
                .folder();
        try (TextClassifier classifier = TextClassifier.open(run)) {
            alone = classifier.classify(TEXTS, Progress.NONE);
        }
    }

    /** Starts all at the same moment. */
    private static <T> List<T> together(List<Callable<T>> work) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(work.size());
        CountDownLatch begin = new CountDownLatch(1);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (Callable<T> one : work) {
                futures.add(threads.submit(() -> {
                    begin.await();
                    return one.call();
                }));
            }
            begin.countDown();
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    private static void assertSame(List<Classification> found) {
        assertEquals(alone.size(), found.size());
        for (int i = 0; i < alone.size(); i++) {
            assertEquals(alone.get(i).label(), found.get(i).label());
            assertArrayEquals(alone.get(i).probabilities(), found.get(i).probabilities());
        }
    }

    @Test
    void eachThreadWithAClassifierOfItsOwn() throws Exception {
        List<Callable<List<Classification>>> work = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            work.add(() -> {
                try (TextClassifier classifier = TextClassifier.open(run)) {
                    classifier.classify(TEXTS.subList(0, 20), Progress.NONE);
                    return classifier.classify(TEXTS, Progress.NONE);
                }
            });
        }
        together(work).forEach(SharingTest::assertSame);
    }

    @Test
    void allThreadsWithOneClassifier() throws Exception {
        try (TextClassifier classifier = TextClassifier.open(run)) {
            List<Callable<List<Classification>>> work = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                work.add(() -> classifier.classify(TEXTS, Progress.NONE));
            }
            together(work).forEach(SharingTest::assertSame);
        }
    }

    @Test
    void allThreadsWithOneEncoder() throws Exception {
        try (TextEncoder encoder = TextEncoder.open(run.resolve("best"))) {
            float[] expected = encoder.encode(TEXTS.get(0), Optional.of(Pooling.MEAN));
            List<Callable<float[]>> work = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                work.add(() -> encoder.encode(TEXTS.get(0), Optional.of(Pooling.MEAN)));
            }
            together(work).forEach(vector -> assertArrayEquals(expected, vector));
        }
    }

    /** A server that stops: what was begun ends, what comes later is refused, and nothing crashes. */
    @Test
    void closingWhileOthersUseIt() throws Exception {
        TextClassifier classifier = TextClassifier.open(run);
        List<Callable<String>> work = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            work.add(() -> {
                try {
                    for (int call = 0; call < 200; call++) {
                        assertSame(classifier.classify(TEXTS, Progress.NONE));
                    }
                    return "never refused";
                } catch (IllegalStateException e) {
                    return e.getMessage();
                }
            });
        }
        work.add(() -> {
            classifier.close();
            return "this model is closed; open it again";
        });
        for (String end : together(work)) {
            assertEquals("this model is closed; open it again", end);
        }
        classifier.close();
        assertThrows(IllegalStateException.class, () -> classifier.classify("x"));
    }

    @Test
    void aClosedEncoderRefuses() {
        TextEncoder encoder = TextEncoder.open(run.resolve("best"));
        encoder.close();
        encoder.close();
        IllegalStateException refusal =
                assertThrows(IllegalStateException.class, () -> encoder.encode("x", Optional.empty()));
        assertTrue(refusal.getMessage().contains("closed"), refusal.getMessage());
    }
}
