package org.modernbert4j.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.backend.PeakRates;

/** What follows from what drivers say of their devices, against NVIDIA's data sheets: dense TFLOP/s, and GB/s. */
class DevicePeakTest {
    @ParameterizedTest
    @CsvSource({
        "Tesla V100-SXM2-16GB,        70,  80, 1530000,  877000, 4096, 15.7, 125,  900",
        "Tesla T4,                    75,  40, 1590000, 5001000,  256,  8.1,  65,  320",
        "NVIDIA A100-SXM4-40GB,       80, 108, 1410000, 1215000, 5120, 19.5, 312, 1555",
        "NVIDIA A100-SXM4-80GB,       80, 108, 1410000, 1593000, 5120, 19.5, 312, 2039",
        "NVIDIA GeForce RTX 3090,     86,  82, 1695000, 9751000,  384, 35.6,  71,  936",
        "NVIDIA L40S,                 89, 142, 2520000, 9001000,  384, 91.6, 366,  864",
        "NVIDIA GeForce RTX 4090,     89, 128, 2520000, 10501000, 384, 82.6, 165, 1008",
        "NVIDIA H100 PCIe,            90, 114, 1755000, 1593000, 5120, 51.2, 756, 2039",
        "NVIDIA H100 80GB HBM3,       90, 132, 1980000, 2619000, 5120, 66.9, 989, 3352",
        "NVIDIA H200,                 90, 132, 1980000, 3201000, 6144, 66.9, 989, 4917"
    })
    void isThatOfTheDataSheet(
            String name,
            int capability,
            int multiprocessors,
            int clock,
            int memoryClock,
            int bus,
            double float32,
            double half,
            double memory) {
        PeakRates rates = DevicePeak.of(name, capability, multiprocessors, clock, memoryClock, bus)
                .orElseThrow();

        assertEquals(float32, rates.float32() / 1e12, 0.01 * float32, "float32");
        assertEquals(half, rates.half() / 1e12, 0.01 * half, "half");
        assertEquals(memory, rates.bytes() / 1e9, 0.01 * memory, "memory");
    }

    @Test
    void isUnknownOfAnUnknownArchitecture() {
        assertEquals(Optional.empty(), DevicePeak.of("NVIDIA of 2040", 150, 100, 1, 1, 1));
    }
}
