package org.modernbert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    private ProgressLine progress(boolean terminal) {
        return new ProgressLine(new PrintStream(shown, true, StandardCharsets.UTF_8), terminal);
    }

    private String shown() {
        return shown.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aDownloadHasRateAndTimeLeft() throws InterruptedException {
        ProgressLine progress = progress(true);
        progress.progress("model.safetensors", 100_000_000, 400_000_000);
        Thread.sleep(150);
        progress.progress("model.safetensors", 200_000_000, 400_000_000);

        String line = shown().split("\r", -1)[2];
        assertTrue(
                line.matches(
                        "model.safetensors      \\[##########          ] 200.0/400.0 MB  [0-9.]+ MB/s  0:0\\d left.*"),
                line);
    }

    @Test
    void aDownloadOfUnknownLengthHasNoEnd() {
        progress(true).progress("news.csv", 1500, 0);
        assertEquals("\rnews.csv               1.5 kB\u001b[K", shown());
    }

    @Test
    void textsAreCounted() {
        progress(false).of("predicting").report(3, 3);
        assertEquals("predicting             3/3" + System.lineSeparator(), shown());
    }
}
