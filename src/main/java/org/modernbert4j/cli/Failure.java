package org.modernbert4j.cli;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.modernbert4j.InputException;
import org.modernbert4j.Numbers;
import org.modernbert4j.Reason;
import org.modernbert4j.backend.OutOfDeviceMemory;
import org.modernbert4j.run.DivergedException;

/**
 * How a command failed.
 *
 * @param code exit code
 * @param line for the user
 */
record Failure(int code, String line) {
    private static final long MEBIBYTE = 1 << 20;

    /** In the messages of ND4J and JavaCPP. */
    private static final Pattern BESIDE_THE_HEAP = Pattern.compile("Allocation failed|hysicalBytes|totalBytes");

    /** What a failure is to the user. An error of the machine counts wherever it lies among the causes. */
    static Failure of(Throwable failure) {
        if (failure instanceof InputException) {
            return new Failure(Main.BAD_INPUT, failure.getMessage());
        }
        if (failure instanceof DivergedException) {
            return new Failure(Main.DIVERGED, failure.getMessage());
        }
        if (failure instanceof OutOfDeviceMemory) {
            return new Failure(Main.OUT_OF_MEMORY, failure.getMessage());
        }
        List<Throwable> causes = Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .toList();
        return Reason.ofMemory(failure)
                .or(() -> causes.stream()
                        .filter(Failure::isRefusalOfNd4j)
                        .findFirst()
                        .map(Throwable::getMessage))
                .map(message -> new Failure(Main.OUT_OF_MEMORY, outOfMemory(message)))
                .or(() -> first(causes, StackOverflowError.class)
                        .map(error -> new Failure(
                                Main.OUT_OF_MEMORY,
                                "out of memory: calls or data are nested too deeply for the stack of a thread;"
                                        + " give it more: java -Xss16m -jar ...")))
                .or(() -> Reason.ofLinking(failure).map(Failure::noLibrary))
                .orElseGet(() -> new Failure(
                        Main.INTERNAL, "internal error: " + failure + "; --verbose shows where; please report it"));
    }

    /** ND4J throws a plain RuntimeException where its library gets no memory. */
    private static boolean isRefusalOfNd4j(Throwable cause) {
        return cause.getClass() == RuntimeException.class
                && String.valueOf(cause.getMessage()).startsWith("Allocation failed");
    }

    private static <T extends Throwable> Optional<T> first(List<Throwable> causes, Class<T> type) {
        return causes.stream().filter(type::isInstance).map(type::cast).findFirst();
    }

    /** Says which memory ran out: Java's heap has the data, the memory beside it the network, the system the threads. */
    private static String outOfMemory(String message) {
        if (message.contains("native thread")) {
            return "out of memory: the system refuses to start another thread; use fewer --threads, or raise its limit"
                    + " of processes (ulimit -u)";
        }
        if (message.toLowerCase(Locale.ROOT).contains("direct buffer memory")) {
            return "out of memory: the network's working memory, beside Java's heap, needs more than Java may take ("
                    + message + "); use a smaller --batch-size, a shorter --max-length or --length, or"
                    + " java -XX:MaxDirectMemorySize=4g -jar ...";
        }
        if (BESIDE_THE_HEAP.matcher(message).find()) {
            return "out of memory: the network, beside Java's heap, needs more than the system gives (" + message
                    + "); use a smaller --batch-size, or a shorter --max-length or --length";
        }
        long heap = Runtime.getRuntime().maxMemory();
        return "out of memory: the data need more than Java's heap of " + mebibytes(heap)
                + "; use fewer or shorter texts (--sample, --limit), or a larger heap: java -Xmx"
                + 2 * Math.max(1, heap / MEBIBYTE) + "m -jar ...";
    }

    private static String mebibytes(long bytes) {
        return Numbers.count(bytes / MEBIBYTE) + " MiB";
    }

    private static Failure noLibrary(String reason) {
        return new Failure(
                Main.BAD_INPUT,
                "native libraries: " + reason + "; they are unpacked into " + System.getProperty("user.home")
                        + "/.javacpp, .cache/JNA, .djl.ai and " + System.getProperty("java.io.tmpdir")
                        + ", which must be writable and allow programs to run; or this build has none for "
                        + System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    }
}
