package org.modernbert4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.checkpoint.PublishedName;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.ParameterId;
import org.modernbert4j.model.ParameterId.HeadParameter;
import org.modernbert4j.ops.Lowering;
import org.modernbert4j.ops.kernel.DropoutKernel;
import org.modernbert4j.safetensors.SafetensorsFile;
import org.nd4j.linalg.api.ndarray.INDArray;

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
                Map<ParameterId, INDArray> weights =
                        checkpoint.load(architecture, 1).weights();
                weights.forEach((id, array) -> {
                    if (id instanceof HeadParameter) {
                        heads.readFloats(
                                name + "." + PublishedName.of(id).tensor(),
                                array.data().asNioFloat());
                    }
                });
                try (Network network = new Network(architecture, weights, Lowering.OWN_BFLOAT16, batch.length());
                        Network.Step step = network.step(
                                padded ? batch.padded() : batch.packed(),
                                weights.keySet(),
                                1.0 / batch.labels().length,
                                DropoutKernel.NOTHING_DROPPED)) {
                    assertNear(name + ".logits", expected.floats(name + ".logits"), floats(step.logits()), LOGITS);
                    float loss = expected.floats(name + ".loss")[0];
                    assertEquals(loss, step.loss(), LOSS * loss, name + ".loss");
                    step.gradients()
                            .forEach((id, gradient) -> assertGradient(gradients, name, id, floats(gradient.dense())));
                }
            }
        }
    }

    private static void assertGradient(SafetensorsFile expected, String head, ParameterId id, float[] gradient) {
        PublishedName published = PublishedName.of(id);
        float[] whole = expected.floats(head + "." + published.withPrefix("bert."));
        int from = published.isThird() ? published.third() * gradient.length : 0;
        assertNear(id.name(), Arrays.copyOfRange(whole, from, from + gradient.length), gradient, GRADIENTS);
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

    private static float[] floats(INDArray array) {
        return Arrays.copyOf(array.data().asFloat(), Math.toIntExact(array.length()));
    }
}
