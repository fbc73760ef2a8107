package org.modernbert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the machine refuses is a line that says what to do, wherever it lies among the causes. {@link ProcessTest} provokes some. */
class FailureTest {
    static Stream<Arguments> errorsOfTheMachine() {
        UnsatisfiedLinkError unwritable = new UnsatisfiedLinkError("java.io.IOException: Could not create the cache");
        unwritable.initCause(new IOException("Could not create the cache"));
        UnsatisfiedLinkError inner = new UnsatisfiedLinkError("/t/x.so: /t/x.so: failed to map segment\nand more");
        UnsatisfiedLinkError outer = new UnsatisfiedLinkError("no x in java.library.path: /usr/lib");
        outer.initCause(inner);
        NoClassDefFoundError second = new NoClassDefFoundError("Could not initialize class org.nd4j.X");
        second.initCause(new ExceptionInInitializerError(
                "Exception java.lang.UnsatisfiedLinkError: no x in java.library.path: /usr/lib [in thread \"main\"]"));
        NoClassDefFoundError noThread =
                new NoClassDefFoundError("Could not initialize class org.bytedeco.javacpp.Pointer");
        noThread.initCause(new ExceptionInInitializerError(
                "Exception java.lang.OutOfMemoryError: unable to create native thread: [in thread \"main\"]"));
        return Stream.of(
                Arguments.of(noThread, 6, "the system refuses to start another thread; use fewer --threads"),
                Arguments.of(new StackOverflowError(), 6, "nested too deeply for the stack of a thread; give it more:"),
                Arguments.of(
                        new OutOfMemoryError(
                                "unable to create native thread: possibly out of memory or process/resource"
                                        + " limits reached"),
                        6,
                        "the system refuses to start another thread; use fewer --threads"),
                Arguments.of(new OutOfMemoryError("Java heap space"), 6, "the data need more than Java's heap of "),
                Arguments.of(
                        new OutOfMemoryError("Cannot reserve 8 bytes of direct buffer memory (allocated: 1, limit: 2)"),
                        6,
                        "working memory, beside Java's heap, needs more than Java may take"),
                Arguments.of(
                        new OutOfMemoryError(
                                "Physical memory usage is too high: physicalBytes (9G) > maxPhysicalBytes"),
                        6,
                        "the network, beside Java's heap, needs more than the system gives"),
                Arguments.of(
                        new RuntimeException("Allocation failed: [4096] bytes"),
                        6,
                        "the network, beside Java's heap, needs more than the system gives"),
                Arguments.of(unwritable, 3, "native libraries: Could not create the cache; they are unpacked into "),
                Arguments.of(outer, 3, "native libraries: /t/x.so: failed to map segment; they are unpacked into "),
                Arguments.of(second, 3, "native libraries: no x in java.library.path: /usr/lib; they are unpacked"));
    }

    @ParameterizedTest
    @MethodSource("errorsOfTheMachine")
    void anErrorOfTheMachineIsALine(Throwable error, int code, String part) {
        for (Throwable failure : new Throwable[] {
            error, new IllegalStateException(error), new ExceptionInInitializerError(new RuntimeException(error))
        }) {
            Failure found = Failure.of(failure);
            assertEquals(code, found.code());
            assertTrue(found.line().contains(part), found.line());
            assertEquals(1, found.line().lines().count());
            assertFalse(found.line().contains("Error") || found.line().contains("Exception"), found.line());
        }
    }

    @Test
    void whatNobodyForesawIsADefect() {
        Failure found = Failure.of(new IllegalStateException("impossible"));
        assertEquals(Main.INTERNAL, found.code());
        assertTrue(found.line().startsWith("internal error: "), found.line());
    }
}
