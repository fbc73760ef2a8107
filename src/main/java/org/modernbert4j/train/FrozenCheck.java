package org.modernbert4j.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.model.ParameterId;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Proves that the parameters which no epoch trains have kept every bit. */
final class FrozenCheck {
    private final Set<ParameterId> frozen;
    private final String before;

    /**
     * Takes the hash of what must not change.
     *
     * @param plan what trains in each epoch
     * @param weights as the run begins
     */
    FrozenCheck(FreezePlan plan, Map<ParameterId, INDArray> weights) {
        frozen = new LinkedHashSet<>(weights.keySet());
        plan.epochs().forEach(epoch -> frozen.removeAll(epoch.trainable()));
        before = sha256(weights);
    }

    /**
     * Takes the hash again and says so in one line.
     *
     * @throws IllegalStateException if a bit has changed
     */
    String verify(Map<ParameterId, INDArray> weights) {
        if (frozen.isEmpty()) {
            return "frozen check: every tensor trained in some epoch";
        }
        String after = sha256(weights);
        if (!after.equals(before)) {
            throw new IllegalStateException("frozen tensors have changed: SHA-256 was " + before + ", is " + after);
        }
        return "frozen check: %d of %d tensors unchanged, SHA-256 %s".formatted(frozen.size(), weights.size(), after);
    }

    private String sha256(Map<ParameterId, INDArray> weights) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ByteBuffer chunk = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
            for (ParameterId id : frozen) {
                FloatBuffer values = weights.get(id).data().asNioFloat();
                while (values.hasRemaining()) {
                    chunk.clear();
                    while (values.hasRemaining() && chunk.remaining() >= Float.BYTES) {
                        chunk.putFloat(values.get());
                    }
                    digest.update(chunk.flip());
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
