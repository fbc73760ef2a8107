package org.modernbert4j.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.ChildJvm;

/** The tokenizer's process ends with the one that started it, whatever the native library is doing. */
@EnabledOnOs(OS.LINUX)
class OrphanTest {
    private static final int SECONDS = 60;
    private static final Duration BUSY = Duration.ofSeconds(2);
    private static final Duration SOON = Duration.ofSeconds(10);

    /** One word of so many letters keeps the library busy for hours: it looks for each beginning of the word, at each of its letters. */
    private static final String WORD_PIECE =
            """
            {"version": "1.0", "added_tokens": [], "normalizer": null, "pre_tokenizer": null, "post_processor": null,
             "decoder": null, "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
             "max_input_chars_per_word": 1000000000, "vocab": {"[UNK]": 0, "a": 1, "##a": 2}}}
            """;

    private static final int LETTERS = 1_000_000;

    @TempDir
    private Path temp;

    private Process parent;
    private List<ProcessHandle> children = List.of();

    /** Asks for tokens that never come. */
    static final class Parent {
        private Parent() {}

        public static void main(String[] args) {
            try (Splitter splitter =
                    new ProcessSplitter(WORD_PIECE.getBytes(StandardCharsets.UTF_8), "endless", Duration.ofHours(1))) {
                splitter.encode("a".repeat(LETTERS), false);
            }
        }
    }

    @Test
    void itEndsWithItsKilledParentInTheMidstOfNativeCode() throws Exception {
        parent = new ProcessBuilder(ChildJvm.command(Parent.class, List.of("-Xmx256m"), List.of()))
                .redirectOutput(temp.resolve("out").toFile())
                .redirectError(temp.resolve("err").toFile())
                .start();
        ProcessHandle child = busyChild();
        assertEquals(
                0,
                new ProcessBuilder("kill", "-KILL", Long.toString(parent.pid()))
                        .start()
                        .waitFor());
        child.onExit().get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    /** The child once it has computed for longer than a JVM takes to start. */
    private ProcessHandle busyChild() throws IOException, InterruptedException {
        for (int i = 0; i < SECONDS * 10; i++) {
            assertTrue(parent.isAlive(), Files.readString(temp.resolve("err")));
            children = parent.children().toList();
            if (children.stream().anyMatch(OrphanTest::isBusy)) {
                return children.get(0);
            }
            Thread.sleep(100);
        }
        throw new AssertionError("no child computes: " + children);
    }

    private static boolean isBusy(ProcessHandle child) {
        return child.info()
                .totalCpuDuration()
                .filter(time -> time.compareTo(BUSY) > 0)
                .isPresent();
    }

    @AfterEach
    void endWhatIsLeft() {
        children.forEach(ProcessHandle::destroyForcibly);
        if (parent != null) {
            parent.destroyForcibly();
        }
    }
}
