package org.modernbert4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Precision;
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
    /** A bias of all keys hardly moves the softmax, so the terms of its gradient nearly cancel. */
    private static final double KEY_BIAS = 0.2;

    private static Stream<Arguments> cases() {
        List<String> backends = TestBackends.namesInBfloat16().toList();
        assumeFalse(backends.isEmpty(), "no backend has bfloat16 products on this machine");
        return backends.stream()
                .flatMap(backend -> Stream.of(
                        Arguments.of("cls", true, backend),
                        Arguments.of("cls", false, backend),
                        Arguments.of("mean", false, backend),
                        Arguments.of("lstm", true, backend),
                        Arguments.of("lstm-last", false, backend)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void logitsLossAndGradientsAreNearThoseOfFloat32(String name, boolean padded, String backendName) {
        for (ReferenceFolder folder : ReferenceFolder.all()) {
            try (SafetensorsFile expected = folder.tensors("forward.safetensors");
                    SafetensorsFile gradients = folder.tensors("gradients.safetensors");
                    SafetensorsFile heads = folder.tensors("heads.safetensors");
                    Checkpoint checkpoint = Checkpoint.open(folder.model())) {
                ReferenceFolder.PaddedBatch batch = ReferenceFolder.batch(expected, "", "labels");
                int classes = Math.toIntExact(
                        expected.tensor(name + ".logits").shape().get(1));
                Architecture architecture = Architecture.of(checkpoint.config(), Head.named(name, classes, 0));
                Backend backend = TestBackends.named(backendName);
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
                                    parameter.name().endsWith("attn.k.bias") ? KEY_BIAS : GRADIENTS));
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
