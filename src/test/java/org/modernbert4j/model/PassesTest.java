package org.modernbert4j.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.modernbert4j.TestBackends;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.backend.Recording;
import org.modernbert4j.ops.Batch;
import org.modernbert4j.ops.GraphExecutor;

class PassesTest {
    private static final int LENGTH = 6;
    private static final int PADDING_ID = 2;
    private static final List<int[]> TEXTS = List.of(new int[] {5, 6, 7}, new int[] {8}, new int[] {9, 10, 11, 12});

    private static Network network(Backend backend) {
        return TinyCheckpoint.network(new PooledHead(3, 0, Pooling.MEAN), LENGTH, backend);
    }

    private static Batch batch(Network network, int[] text) {
        return Layout.of(network.architecture(), network.backend(), LENGTH, PADDING_ID)
                .lay(List.of(text));
    }

    private static float[] logits(Network network, GraphExecutor.Result result) {
        return TestBackends.floats(network.backend(), result.get(Network.LOGITS));
    }

    @ParameterizedTest
    @MethodSource("org.modernbert4j.TestBackends#names")
    void resultsAreReadInOrderAfterTheNextBatchIsMade(String name) {
        Recording recording = new Recording(TestBackends.named(name));
        List<float[]> found = new ArrayList<>();
        List<float[]> wanted = new ArrayList<>();
        try (Network network = network(recording.backend());
                Passes passes = new Passes(network, Network.LOGITS)) {
            recording.take();
            for (int[] text : TEXTS) {
                passes.launch(batch(network, text), Map.of(), result -> found.add(logits(network, result)));
            }
            passes.finish();
            assertEquals("URUWRUWRW", recording.take());
            for (int[] text : TEXTS) {
                try (GraphExecutor.Result alone = network.run(batch(network, text), Network.LOGITS)) {
                    wanted.add(logits(network, alone));
                }
            }
        }
        assertEquals(wanted.size(), found.size());
        for (int i = 0; i < found.size(); i++) {
            assertArrayEquals(wanted.get(i), found.get(i));
        }
    }

    /** What was launched is given back, and the network goes on. */
    @ParameterizedTest
    @MethodSource("org.modernbert4j.TestBackends#names")
    void aReaderMayThrow(String name) {
        try (Network network = network(TestBackends.named(name))) {
            List<float[]> found = new ArrayList<>();
            try (Passes passes = new Passes(network, Network.LOGITS)) {
                passes.launch(batch(network, TEXTS.get(0)), Map.of(), result -> {
                    throw new IllegalStateException("no");
                });
                assertThrows(
                        IllegalStateException.class,
                        () -> passes.launch(
                                batch(network, TEXTS.get(1)), Map.of(), result -> found.add(logits(network, result))));
            }
            assertEquals(List.of(), found);
            network.run(batch(network, TEXTS.get(2)), Network.LOGITS).close();
        }
    }
}
