package org.modernbert4j.backend.cuda;

import java.util.Map;
import java.util.Optional;
import org.modernbert4j.backend.PeakRates;

/**
 * What an NVIDIA device can do at most: what a multiprocessor does in a clock, times their number, times the greatest clock.
 *
 * <p>Operations in a clock are those of NVIDIA's white papers on the architectures Volta (V100), Turing (T4), Ampere (A100 and
 * GA102), Ada (L40S and AD102) and Hopper (H100), without sparsity. Hopper's tensor cores have a lower clock than the rest: 1,830
 * of 1,980 MHz, by table 3 of its white paper.
 */
final class DevicePeak {
    /**
     * A kind of multiprocessor.
     *
     * @param float32 operations in a clock outside of tensor cores; a multiply-add is two
     * @param half operations in a clock of tensor cores, of 16-bit numbers summed in float32
     * @param halfOnGeForce the same of devices for games
     * @param tensorClock clock of the tensor cores, as a share of the greatest one
     */
    private record Multiprocessor(int float32, int half, int halfOnGeForce, double tensorClock) {}

    private static final Map<Integer, Multiprocessor> BY_CAPABILITY = Map.of(
            70, new Multiprocessor(128, 1024, 1024, 1),
            75, new Multiprocessor(128, 1024, 512, 1),
            80, new Multiprocessor(128, 2048, 2048, 1),
            86, new Multiprocessor(256, 1024, 512, 1),
            89, new Multiprocessor(256, 1024, 512, 1),
            90, new Multiprocessor(256, 4096, 4096, 1830 / 1980.0));

    private static final double KILO = 1e3;

    /** Memory gives data at both edges of its clock. */
    private static final int EDGES = 2;

    private DevicePeak() {}

    /**
     * The rates of a device.
     *
     * @param name as the driver gives it
     * @param capability compute capability, as major * 10 + minor
     * @param multiprocessors their number
     * @param clock their greatest, in kHz
     * @param memoryClock in kHz
     * @param bus width of the memory's bus, in bits
     * @return empty if it is not known what such a multiprocessor does in a clock
     */
    static Optional<PeakRates> of(
            String name, int capability, int multiprocessors, int clock, int memoryClock, int bus) {
        return Optional.ofNullable(BY_CAPABILITY.get(capability)).map(kind -> {
            double clocks = multiprocessors * clock * KILO;
            int half = name.contains("GeForce") ? kind.halfOnGeForce : kind.half;
            return new PeakRates(
                    kind.float32 * clocks,
                    half * kind.tensorClock * clocks,
                    EDGES * memoryClock * KILO * bus / Byte.SIZE);
        });
    }
}
