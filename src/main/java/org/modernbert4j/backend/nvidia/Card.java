package org.modernbert4j.backend.nvidia;

/**
 * An NVIDIA device and its driver.
 *
 * @param name as the driver gives it
 * @param capability compute capability, as major * 10 + minor
 * @param bytes of its memory
 * @param cuda the latest version of CUDA that the driver runs, as 1000 * major + 10 * minor
 */
public record Card(String name, int capability, long bytes, int cuda) {
    private static final int MAJOR_CUDA = 1000;

    /** A compute capability as NVIDIA writes it: 8.0 for 80. */
    public static String dotted(int capability) {
        return capability / 10 + "." + capability % 10;
    }

    /** A version of CUDA as NVIDIA writes it: 11.6 for 11060. */
    static String dottedCuda(int version) {
        return version / MAJOR_CUDA + "." + version % MAJOR_CUDA / 10;
    }

    /** All that in one line. */
    @Override
    public String toString() {
        return "%s, compute capability %s, driver for CUDA %s, %d MiB"
                .formatted(name, dotted(capability), dottedCuda(cuda), bytes >> 20);
    }
}
