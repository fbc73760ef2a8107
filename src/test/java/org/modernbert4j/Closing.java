package org.modernbert4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.cli.Main;
import org.modernbert4j.infer.TextClassifier;
import org.modernbert4j.infer.TextEncoder;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Opens, uses and closes models and backends in a process of its own, and prints of each: its name, the MiB that it took, the MiB that
 * are left of it, the threads and the files that are left.
 */
final class Closing {
    private static final long MIB = 1 << 20;
    private static final int POOLED = 32 << 20;

    private Closing() {}

    /**
     * Works.
     *
     * @param arguments an empty folder
     */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]).toRealPath();
        Path model = folder.resolve("model");
        Path run = folder.resolve("run");
        command(
                "init",
                "--tokenizer",
                TinyCheckpoint.MODEL,
                "--hidden",
                1024,
                "--heads",
                16,
                "--intermediate",
                1024,
                "--layers",
                2,
                "--max-positions",
                64,
                "--output",
                model);
        command(
                "train",
                "--model",
                model,
                "--data",
                TinyCheckpoint.DATA,
                "--label",
                "topic",
                "--output",
                run,
                "--epochs",
                1,
                "--max-length",
                4,
                "--batch-size",
                64,
                "--train",
                "head");
        Supplier<TextClassifier> classifier = () -> TextClassifier.open(run);
        Supplier<TextEncoder> encoder = () -> TextEncoder.open(model);
        Supplier<TextEncoder> stock = () -> TextEncoder.open(
                model, OptionalInt.empty(), OptionalInt.of(16), Backends.open("nd4j"), Precision.FLOAT32);
        Consumer<TextEncoder> encodes = opened -> opened.encode("Матч окончен", Optional.of(Pooling.MEAN));
        classifier.get().close(); // libraries take some memory once
        stock.get().close();
        measure(folder, "classifier", classifier, opened -> opened.classify("Матч окончен"));
        measure(folder, "encoder", encoder, encodes);
        measure(folder, "encoder-nd4j", stock, encodes);
        measure(folder, "backend", () -> Backends.open("cpu"), Closing::fillThePool);
        measure(folder, "backend-nd4j", () -> Backends.open("nd4j"), Closing::fillThePool);
        System.exit(0);
    }

    private static void command(Object... arguments) {
        int code = Main.run(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
        if (code != 0) {
            throw new IllegalStateException(Arrays.toString(arguments) + " ended with " + code);
        }
    }

    /** What is given back stays in the pool until the backend is closed. */
    private static void fillThePool(Backend backend) {
        Array array = backend.take(DataType.FLOAT, POOLED);
        backend.write(array, memory -> {
            for (int i = 0; i < memory.limit(); i++) {
                memory.put(i, 1f);
            }
        });
        backend.give(array);
    }

    private static <T extends AutoCloseable> void measure(Path folder, String name, Supplier<T> open, Consumer<T> use)
            throws Exception {
        long threads = workers();
        System.gc(); // what was there before
        long before = Memory.anonymousBytes();
        T opened = open.get();
        use.accept(opened);
        long used = Memory.anonymousBytes() - before;
        opened.close();
        long left = Memory.anonymousBytes() - before;
        for (int wait = 0; wait < 100 && workers() > threads; wait++) {
            Thread.sleep(20); // for threads to end
        }
        System.out.printf(
                "closed %s %d %d %d %d%n", name, used / MIB, left / MIB, workers() - threads, openFiles(folder));
    }

    private static long workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("kernel-worker-"))
                .count();
    }

    private static long openFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.flatMap(Closing::target)
                    .filter(file -> file.startsWith(folder))
                    .count();
        }
    }

    /** What a number of an open file stands for; the list's own is closed by now. */
    private static Stream<Path> target(Path number) {
        try {
            return Stream.of(Files.readSymbolicLink(number));
        } catch (IOException e) {
            return Stream.empty();
        }
    }
}
