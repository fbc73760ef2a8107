package org.modernbert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.backend.cpu.Bfloat16;
import org.modernbert4j.backend.cuda.TestDevice;

class BenchmarkCommandTest {
    private static Console benchmark(Object... options) {
        return Console.run(Stream.concat(
                        Stream.of(
                                "benchmark",
                                "--model",
                                TinyCheckpoint.MODEL,
                                "--batch",
                                2,
                                "--length",
                                8,
                                "--steps",
                                3,
                                "--warmup",
                                1),
                        Stream.of(options))
                .toArray());
    }

    private static JsonObject json(Object... options) {
        Console console =
                benchmark(Stream.concat(Stream.of(options), Stream.of("--json")).toArray());
        assertEquals(0, console.code(), console.err());
        return JsonParser.parseString(console.out()).getAsJsonObject();
    }

    private static long calls(JsonObject result, String op) {
        for (JsonElement element : result.getAsJsonArray("ops")) {
            if (element.getAsJsonObject().get("name").getAsString().equals(op)) {
                return element.getAsJsonObject().get("calls").getAsLong();
            }
        }
        return 0;
    }

    @Test
    void timesThePartsOfAStepAndItsOps() {
        JsonObject result = json();
        double step = result.get("step").getAsDouble();
        for (String part : List.of("forward", "backward", "optimizer")) {
            double seconds = result.get(part).getAsDouble();
            assertTrue(seconds > 0 && seconds < step, part);
        }
        assertEquals(2 * 8 / step, result.get("tokens_per_second").getAsDouble(), 1e-6 / step);
        assertEquals("float32", result.get("precision").getAsString());
        assertTrue(result.get("peak_mib").getAsLong() > 0);
        assertTrue(result.get("load_seconds").getAsDouble() > 0);
        long linear = calls(result, "modernbert_linear");
        assertEquals(linear, calls(result, "modernbert_linear_dw"));
        assertEquals(linear, calls(result, "modernbert_linear_dx"));
    }

    @Test
    void frozenLayersHaveNoGradients() {
        JsonObject all = json();
        JsonObject some = json("--layers-frozen", 1);
        assertTrue(calls(some, "modernbert_linear_dw") < calls(all, "modernbert_linear_dw"));
        assertEquals(0, calls(some, "modernbert_embedding_dw"));
        assertEquals(calls(all, "modernbert_linear"), calls(some, "modernbert_linear"));
    }

    @Test
    void aPredictionHasNoBackwardPass() {
        JsonObject result = json("--predict");
        assertFalse(result.has("backward"));
        assertFalse(result.has("step"));
        assertTrue(result.get("forward").getAsDouble() > 0);
        assertEquals(0, calls(result, "modernbert_linear_dx"));
        assertTrue(calls(result, "modernbert_linear") > 0);
    }

    @Test
    void printsATableForPeople() {
        Console console = benchmark("--head", "mean");
        assertEquals(0, console.code(), console.err());
        assertTrue(console.out().contains("head               mean"), console.out());
        assertTrue(console.outLines().stream().anyMatch(line -> line.startsWith("modernbert_attention_dx ")));
        assertTrue(console.err().contains("training"), console.err());
    }

    @Test
    void ratesOfADeviceStandBesideItsPeak() {
        TestDevice.orSkip();
        assumeTrue(!TestDevice.isReal(), "the peak is that of the stand-in for a device");
        Console console = benchmark("--backend", "cuda-test");
        assertEquals(0, console.code(), console.err());
        for (String rates : List.of("modernbert_linear ", "all ops ")) {
            String line = line(console, rates);
            assertTrue(line.matches(rates + " +\\d+ +\\d+\\.\\d{4} +\\d+\\.\\d +\\d+\\.\\d"), line);
        }
        assertEquals(
                "peak of float32 361.0 1555.2",
                line(console, "peak of float32 ").replaceAll(" +", " "));
        assertEquals(
                "peak of 16-bit products 5775.4 1555.2",
                line(console, "peak of 16-bit products ").replaceAll(" +", " "));

        JsonObject result = json("--backend", "cuda-test");
        assertEquals(2, result.getAsJsonArray("peaks").size());
        assertTrue(result.getAsJsonObject("all_ops").get("gflops").getAsDouble() > 0);
        assertTrue(result.has("device_peak_mib"));
        assertTrue(result.get("kernels_per_step").getAsLong() > 0);
    }

    @Test
    void noPeakIsKnownOfAProcessor() {
        JsonObject result = json("--predict", "--backend", "cpu");
        assertEquals(0, result.getAsJsonArray("peaks").size());
        assertFalse(result.has("device_peak_mib"));
    }

    private static String line(Console console, String start) {
        return console.outLines().stream()
                .filter(line -> line.startsWith(start))
                .findFirst()
                .orElseThrow(() -> new AssertionError(start + " is not in:\n" + console.out()));
    }

    @Test
    void aPrecisionIsMeasuredAndSaidInALine() {
        Bfloat16.gemmOrSkip();
        Console console = benchmark("--precision", "auto", "--json");
        assertEquals(0, console.code(), console.err());
        String chosen = JsonParser.parseString(console.out())
                .getAsJsonObject()
                .get("precision")
                .getAsString();
        assertTrue(
                console.errLines().stream().anyMatch(line -> line.startsWith("note: precision auto: using " + chosen)),
                console.err());
    }
}
