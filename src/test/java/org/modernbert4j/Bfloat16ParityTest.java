package org.modernbert4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.backend.cpu.Bfloat16;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.ops.Batch;
import org.modernbert4j.ops.GraphLayers;
import org.modernbert4j.safetensors.SafetensorsFile;

/**
 * bfloat16 against PyTorch's float32. bfloat16 has 8 bits, so each operand is off by up to 0.4 %; what is compared is the length of
 * the difference, in parts of the length of the tensor.
 */
class Bfloat16ParityTest {
    private static final double LOGITS = 0.05;
    private static final double LOSS = 0.01;
    /** PyTorch under autocast is off by up to 0.136 on the same fixtures. */
    private static final double GRADIENTS = 0.15;

    @BeforeAll
    static void needsTheProducts() {
        Bfloat16.gemmOrSkip();
    }

    @ParameterizedTest
    @CsvSource({"cls, true", "cls, false", "mean, false", "lstm, true", "lstm-last, false"})
    void logitsLossAndGradientsAreNearThoseOfFloat32(String name, boolean padded) {
        for (ReferenceFolder folder : ReferenceFolder.all()) {
            try (SafetensorsFile expected = folder.tensors("forward.safetensors");
                    SafetensorsFile gradients = folder.tensors("gradients.safetensors");
                    SafetensorsFile heads = folder.tensors("heads.safetensors");
                    Checkpoint checkpoint = Checkpoint.open(folder.model())) {
                ReferenceFolder.PaddedBatch batch = ReferenceFolder.batch(expected, "", "labels");
                int classes = Math.toIntExact(
                        expected.tensor(name + ".logits").shape().get(1));
                Architecture architecture = Architecture.of(checkpoint.config(), Head.named(name, classes, 0));
                Backend backend = TestBackends.cpu();
                Map<Parameter, Array> weights =
                        checkpoint.load(architecture, backend, 1).weights();
                for (Parameter parameter : architecture.ofHead()) {
                    String tensor = name + "." + parameter.published().tensor();
                    backend.write(weights.get(parameter), memory -> heads.readFloats(tensor, memory));
                }
                Batch rows = padded ? batch.padded() : batch.packed();
                double scale = 1.0 / batch.labels().length;
                try (Network network = new Network(architecture, weights, backend, Precision.BFLOAT16, batch.length());
                        Network.Step step =
                                network.step(rows, Map.of(), weights.keySet(), scale, GraphLayers.NO_DROPOUT)) {
                    float[] logits = TestBackends.floats(backend, step.logits());
                    assertNear(name + ".logits", expected.floats(name + ".logits"), logits, LOGITS);
                    float loss = expected.floats(name + ".loss")[0];
                    assertEquals(loss, step.loss(), LOSS * loss, name + ".loss");
                    step.gradients()
                            .forEach((parameter, gradient) -> assertNear(
                                    parameter.name(),
                                    ReferenceFolder.part(gradients, name + ".", "bert.", parameter),
                                    TestBackends.dense(backend, gradient),
                                    GRADIENTS));
                }
            }
        }
    }

    private static void assertNear(String name, float[] expected, float[] actual, double tolerance) {
        assertEquals(expected.length, actual.length, name);
        double difference = 0;
        double length = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow(expected[i] - actual[i], 2);
            length += Math.pow(expected[i], 2);
        }
        double share = Math.sqrt(difference / (length + 1e-20));
        assertTrue(share <= tolerance, name + " is off by " + share);
    }
}
