package org.modernbert4j.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.OutOfDeviceMemory;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.PooledHead;
import org.modernbert4j.ops.Batch;
import org.modernbert4j.ops.Targets;

/** Passes on a device with little memory. */
class OutOfDeviceMemoryTest {
    private static final int LENGTH = 100;
    private static final int TEXTS = 24;
    private static final Pattern FITS = Pattern.compile("--batch-size (\\d+)");

    private CudaBackend backend;
    private Network network;

    @BeforeEach
    void open() {
        TestDevice.leave(-1);
        backend = TestDevice.open(false);
        network = TinyCheckpoint.network(new PooledHead(3, 0, Pooling.MEAN), LENGTH, backend);
        train(1); // loads what is loaded once
        backend.release();
    }

    @AfterEach
    void close() {
        TestDevice.leave(-1);
        network.close();
        network.weights().values().forEach(Array::close);
        backend.close();
    }

    private Batch batch(int texts) {
        int[] text = new int[LENGTH];
        Arrays.fill(text, 7);
        return Layout.of(network.architecture(), backend, LENGTH, 2)
                .lay(Collections.nCopies(texts, text))
                .with(new Targets.Classes(new int[texts]));
    }

    private void train(int texts) {
        network.step(batch(texts), Map.of(), network.weights().keySet(), 1, 0).close();
    }

    private void predict(int texts) {
        network.run(batch(texts), Network.LOGITS).close();
    }

    /** Leaves room for a few texts, not for all. */
    private static void leaveRoomFor(Runnable oneText) {
        for (long room = 1 << 14; ; room += room / 2) {
            TestDevice.leave(room);
            try {
                oneText.run();
                TestDevice.leave(4 * room);
                return;
            } catch (OutOfDeviceMemory e) {
                assertTrue(e.getMessage().startsWith("out of memory: 1 texts of up to 100 tokens"), e.getMessage());
            }
        }
    }

    private static int fitting(OutOfDeviceMemory error) {
        Matcher fits = FITS.matcher(error.getMessage());
        assertTrue(fits.find(), error.getMessage());
        return Integer.parseInt(fits.group(1));
    }

    /** Does as it is told, until it works. The estimate leaves out what kernels take for themselves. */
    private static int triesUntilItFits(IntConsumer pass) {
        int texts = TEXTS;
        for (int tries = 0; ; tries++) {
            try {
                pass.accept(texts);
                return tries;
            } catch (OutOfDeviceMemory e) {
                assertTrue(e.getMessage().contains(" " + texts + " texts of up to 100 tokens"), e.getMessage());
                int fewer = fitting(e);
                assertTrue(fewer >= 1 && fewer < texts, e.getMessage());
                texts = fewer;
            }
        }
    }

    /** The fixture's heads have 8 numbers, and attention copies them into rows of 32: most of the memory is not in the estimate. */
    @Test
    void aForwardPassSaysWhatFits() {
        leaveRoomFor(() -> predict(1));
        int tries = triesUntilItFits(this::predict);
        assertTrue(tries >= 1 && tries <= 6, "tries: " + tries);
    }

    @Test
    void aStepSaysWhatFits() {
        leaveRoomFor(() -> train(1));
        int tries = triesUntilItFits(this::train);
        assertTrue(tries == 1 || tries == 2, "tries: " + tries);
    }

    /** All that the pass had taken is free again. */
    @Test
    void aPassThatFailsKeepsNothing() {
        leaveRoomFor(() -> train(1));
        for (int i = 0; i < 20; i++) {
            assertThrows(OutOfDeviceMemory.class, () -> train(TEXTS));
        }
        train(1);
        assertThrows(OutOfDeviceMemory.class, () -> train(TEXTS));
    }

    @Test
    void anEstimateCountsIfItIsMoreThanWhatWasReached() {
        OutOfDeviceMemory.Room room = new OutOfDeviceMemory.Room("a device", 300, 500, 250, 2000);
        OutOfDeviceMemory error = new OutOfDeviceMemory(room);
        assertEquals(15, fitting(error.of(16, 512, 0, 10))); // 750 of 800
        assertEquals(6, fitting(error.of(16, 512, 0, 1600))); // 750 of 2000
        assertEquals(5, fitting(error.of(16, 512, 100, 1600)));
        String fewer = error.of(16, 512, 0, 1600).getMessage();
        assertTrue(fewer.contains(" 3 times the --accumulation, ") && fewer.contains("texts of 192 tokens"), fewer);
        String shorter = error.of(16, 512, 0, 80_000).getMessage();
        assertTrue(shorter.contains("about one text of 61 tokens would fit"), shorter);
        String none = error.of(16, 512, 750, 1600).getMessage();
        assertTrue(none.contains("no text would fit: --freeze more"), none);
    }
}
