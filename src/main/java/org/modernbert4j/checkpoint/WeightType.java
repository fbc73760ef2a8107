package org.modernbert4j.checkpoint;

import java.util.Locale;
import org.modernbert4j.safetensors.DType;

/** The number type of a checkpoint's stored weights. */
public enum WeightType {
    /** The type of the weights in training. */
    FLOAT32(DType.F32),
    /** Half the size of float32, with the same range and 8 significant bits. */
    BFLOAT16(DType.BF16),
    /** Half the size of float32, numbers up to 65504, 11 significant bits. */
    FLOAT16(DType.F16);

    private final DType stored;

    WeightType(DType stored) {
        this.stored = stored;
    }

    DType stored() {
        return stored;
    }

    /** Torch's name of the type. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
