package org.modernbert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.backend.cuda.TestDevice;

/** What a training step asks of a device. */
class LaunchesTest {
    private static final int MOST_OF_A_LAYER = 40;

    /** Of ids, labels, lengths and what follows from them, whatever the number of layers. */
    private static final int MOST_COPIES = 20;

    @BeforeAll
    static void device() {
        TestDevice.orSkip();
    }

    private static Path model(Path folder, int layers) {
        Path model = folder.resolve("layers-" + layers);
        Console console = Console.run(
                "init",
                "--data",
                TinyCheckpoint.DATA,
                "--output",
                model,
                "--vocabulary",
                300,
                "--hidden",
                32,
                "--heads",
                2,
                "--intermediate",
                32,
                "--layers",
                layers);
        assertEquals(0, console.code(), console.err());
        return model;
    }

    private static JsonObject step(Path model, String precision) {
        Console console = Console.run(
                "benchmark",
                "--model",
                model,
                "--backend",
                "cuda-test",
                "--precision",
                precision,
                "--batch",
                3,
                "--length",
                20,
                "--steps",
                1,
                "--warmup",
                2,
                "--json");
        assertEquals(0, console.code(), console.err());
        return JsonParser.parseString(console.out()).getAsJsonObject();
    }

    @ParameterizedTest
    @ValueSource(strings = {"float32", "bfloat16"})
    void areFewForALayerAndCopiesForABatch(String precision, @TempDir Path folder) {
        JsonObject three = step(model(folder, 3), precision);
        JsonObject six = step(model(folder, 6), precision);
        int ofLayers = six.get("kernels_per_step").getAsInt()
                - three.get("kernels_per_step").getAsInt();
        assertTrue(ofLayers <= 3 * MOST_OF_A_LAYER, ofLayers + " launches of three layers");
        assertEquals(1, six.get("copies_to_the_host_per_step").getAsInt());
        int copies = six.get("copies_to_the_device_per_step").getAsInt();
        assertEquals(copies, three.get("copies_to_the_device_per_step").getAsInt());
        assertTrue(copies <= MOST_COPIES, copies + " copies");
    }
}
