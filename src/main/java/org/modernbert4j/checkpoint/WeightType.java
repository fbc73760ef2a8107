package org.modernbert4j.checkpoint;

import java.util.Locale;
import org.modernbert4j.safetensors.DType;

/** What a checkpoint's weights are stored in. */
public enum WeightType {
    /** As they are trained. */
    FLOAT32(DType.F32),
    /** Half the size, the range of float32, 8 significant bits. */
    BFLOAT16(DType.BF16),
    /** Half the size, numbers up to 65504, 11 significant bits. */
    FLOAT16(DType.F16);

    private final DType stored;

    WeightType(DType stored) {
        this.stored = stored;
    }

    DType stored() {
        return stored;
    }

    /** Torch's name of it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
