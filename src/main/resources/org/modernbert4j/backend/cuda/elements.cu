#include "device.cuh"
// Functions of the numbers at one position. A grid of any size covers all positions.

/** z = x + y */
KERNEL(256) add(const float* x, const float* y, float* z, u64 count) {
    EACH(i, count) z[i] = x[i] + y[i];
}

/** y = a x + b y */
KERNEL(256) add_scaled(double a, const float* x, double b, float* y, u64 count) {
    EACH(i, count) y[i] = (float)(a * x[i] + b * y[i]);
}

KERNEL(256) fill(float value, float* y, u64 count) {
    EACH(i, count) y[i] = value;
}

/** The finaliser of SplitMix64 (Steele, Lea and Flood 2014), as in DropoutMask.java. */
DEVICE u64 mix(u64 state) {
    u64 z = state + 0x9E3779B97F4A7C15ull;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ z >> 27) * 0x94D049BB133111EBull;
    return z ^ z >> 31;
}

/** Inverted dropout: y = x * (0 or scale); x itself if the seed is nothing_dropped. */
KERNEL(256) dropout(const float* x, const u64* seed, float* y, u64 count, double rate, float scale, u64 stream, u64 nothing_dropped) {
    u64 first = mix(mix(*seed) + stream);
    bool drops = *seed != nothing_dropped;
    EACH(i, count) {
        bool dropped = drops && (double)(mix(first + i) >> 11) * 0x1p-53 < rate;
        y[i] = dropped ? 0 : drops ? x[i] * scale : x[i];
    }
}
