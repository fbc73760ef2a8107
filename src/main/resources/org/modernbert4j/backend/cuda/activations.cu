#include "device.cuh"
// Functions of one number, and the gated linear unit of the encoder.

/** The distribution function of the standard normal distribution. */
DEVICE float normal_cdf(float x) { return 0.5f * (1 + erff(x * 0.70710678f)); }
DEVICE float normal_density(float x) { return expf(-0.5f * x * x) * 0.39894228f; }

// The numbers of Activation.java.
enum { GELU, RELU, SILU, TANH };

DEVICE float activated(float x, int function) {
    switch (function) {
        case GELU: return x * normal_cdf(x);
        case RELU: return x > 0 ? x : 0;
        case SILU: return x * sigmoid(x);
        default: return tanhf(x);
    }
}

DEVICE float slope(float x, int function) {
    switch (function) {
        case GELU: return normal_cdf(x) + x * normal_density(x);
        case RELU: return x > 0 ? 1 : 0;
        case SILU: return sigmoid(x) * (1 + x * (1 - sigmoid(x)));
        default: return 1 - tanhf(x) * tanhf(x);
    }
}

KERNEL(256) activation(const float* x, float* y, u64 count, int function) {
    EACH(i, count) y[i] = activated(x[i], function);
}

KERNEL(256) activation_dx(const float* dy, const float* x, float* dx, u64 count, int function) {
    EACH(i, count) dx[i] = dy[i] * slope(x[i], function);
}

/** y = gelu(a) * b of ab = [a | b], exact with erf (Shazeer 2020). width: of y. */
KERNEL(256) geglu(const float* ab, Result y, u64 count, int width) {
    EACH(i, count) {
        size_t a = i / width * 2 * width + i % width;
        y.put(i, ab[a] * normal_cdf(ab[a]) * ab[a + width]);
    }
}

KERNEL(256) geglu_dx(const float* dy, const float* ab, Result dab, u64 count, int width) {
    EACH(i, count) {
        size_t a = i / width * 2 * width + i % width;
        float cdf = normal_cdf(ab[a]);
        dab.put(a, dy[i] * ab[a + width] * (cdf + ab[a] * normal_density(ab[a])));
        dab.put(a + width, dy[i] * ab[a] * cdf);
    }
}
