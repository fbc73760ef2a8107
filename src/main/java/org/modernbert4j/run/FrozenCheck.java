package org.modernbert4j.run;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.modernbert4j.FileHash;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.Parameter;

/** Checks with a hash that parameters that train in no epoch do not change. */
final class FrozenCheck {
    private final Network network;
    private final Set<Parameter> frozen;
    private final String before;

    /**
     * Computes the hash of the frozen parameters.
     *
     * @param plan what trains in each epoch
     * @param network in its state at the start of the run
     */
    FrozenCheck(FreezePlan plan, Network network) {
        this.network = network;
        frozen = new LinkedHashSet<>(network.weights().keySet());
        plan.epochs().forEach(epoch -> frozen.removeAll(epoch.trainable()));
        before = sha256();
    }

    /**
     * Computes the hash again. Notes one line about it, unless nothing is frozen.
     *
     * @throws IllegalStateException if a bit has changed
     */
    void verify(Consumer<String> notes) {
        String after = sha256();
        if (!after.equals(before)) {
            throw new IllegalStateException("frozen tensors have changed: SHA-256 was " + before + ", is " + after);
        }
        if (!frozen.isEmpty()) {
            notes.accept("frozen check: %d of %d tensors unchanged, SHA-256 %s"
                    .formatted(frozen.size(), network.weights().size(), after));
        }
    }

    private String sha256() {
        MessageDigest digest = FileHash.sha256();
        ByteBuffer chunk = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (Parameter parameter : frozen) {
            FloatBuffer values =
                    network.backend().read(network.weights().get(parameter)).duplicate();
            while (values.hasRemaining()) {
                chunk.clear();
                while (values.hasRemaining() && chunk.remaining() >= Float.BYTES) {
                    chunk.putFloat(values.get());
                }
                digest.update(chunk.flip());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
