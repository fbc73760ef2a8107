package org.modernbert4j.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.backend.Occurrences;
import org.modernbert4j.backend.cpu.SegmentsOf;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/** The embedding's gradient of ND4J's ops in batches of real size, where its segment sums go wrong on CUDA. */
class StockEmbeddingTest {
    private static final int PADDING = 3;
    private static final int WIDTH = 5;

    /** Of sums of up to a few dozen numbers of 1. */
    private static final float TOLERANCE = 1e-4f;

    @ParameterizedTest
    @CsvSource({"nd4j, 2000, 3000", "nd4j, 20000, 2000", "nd4j-copies, 2000, 3000", "nd4j-copies, 20000, 2000"})
    void equalsAPlainSum(String name, int rows, int vocabulary) {
        int length = 1000;
        int[] spans = new int[rows / length];
        Arrays.fill(spans, length);
        int[] ids = new Random(1).ints(rows, 0, vocabulary).toArray();
        float[] slopes = SmallGraph.numbers(2, rows, WIDTH);
        try (Backend backend = Backends.open(name)) {
            SameDiff sd = Graphs.create();
            GraphLayers layers = new StockLayers(sd, backend, length);
            Array table = backend.zeros(DataType.FLOAT, vocabulary, WIDTH);
            SDVariable x = layers.embedding(layers.parameter("table", table), PADDING);
            sd.sum(x.mul(sd.placeHolder("slopes", DataType.FLOAT, -1, WIDTH))).rename("loss");
            SameDiff backward = Graphs.differentiate(sd, "loss");
            assertEquals(
                    List.of(),
                    Arrays.stream(backward.ops())
                            .map(DifferentialFunction::opName)
                            .filter(op -> op.contains("segment"))
                            .toList());
            int[] distinct = Occurrences.of(ids, PADDING).ids();
            Batch batch = Batch.of(ids, SegmentsOf.padded(length, spans), Targets.NONE);
            Map<String, Array> feed = layers.feed(batch, distinct, 1, GraphLayers.NO_DROPOUT);
            feed.put("slopes", backend.upload(slopes, rows, WIDTH));
            String whole = GraphExecutor.gradientName(sd, "table");
            String part = layers.rowGradients(backward, whole).orElseThrow();
            try (GraphExecutor executor = new GraphExecutor(backward, backend, Map.of("table", table));
                    GraphExecutor.Result result = executor.run(feed, List.of(whole, part))) {
                float[] expected = sums(ids, slopes, vocabulary);
                assertArrayEquals(expected, read(backend, result.get(whole)), TOLERANCE);
                float[] rowsOfDistinct = new float[distinct.length * WIDTH];
                for (int i = 0; i < distinct.length; i++) {
                    System.arraycopy(expected, distinct[i] * WIDTH, rowsOfDistinct, i * WIDTH, WIDTH);
                }
                assertArrayEquals(rowsOfDistinct, read(backend, result.get(part)), TOLERANCE);
            }
        }
    }

    private static float[] sums(int[] ids, float[] slopes, int vocabulary) {
        float[] sums = new float[vocabulary * WIDTH];
        for (int i = 0; i < slopes.length; i++) {
            if (ids[i / WIDTH] != PADDING) {
                sums[ids[i / WIDTH] * WIDTH + i % WIDTH] += slopes[i];
            }
        }
        return sums;
    }

    private static float[] read(Backend backend, Array array) {
        float[] values = new float[Math.toIntExact(array.length())];
        backend.read(array).get(values);
        return values;
    }
}
