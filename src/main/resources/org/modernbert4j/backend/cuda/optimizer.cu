#include "device.cuh"
// The arithmetic of an optimizer step.

/** sums[first + block] = the sum of the squares of a block's part, in double precision. The parts do not depend on the device. */
KERNEL(256) squares(const float* x, double* sums, int first, u64 count, u64 part) {
    SHARED(double, parts);
    size_t from = blockIdx.x * part, to = from + part < count ? from + part : count;
    double sum = 0;
    for (size_t i = from + threadIdx.x; i < to; i += 256) sum += (double)x[i] * x[i];
    sum = block_sum(sum, parts);
    if (threadIdx.x == 0) sums[first + blockIdx.x] = sum;
}

/** The factors of a step of AdamW, as in AdamWFactors.java. */
struct Factors {
    float decay, beta2, new_mean, new_square, step_size, root, eps, scale;
};

/** One element of torch.optim.AdamW's step; the operations are those of the CPU's kernel, in their order. */
DEVICE void adamw_element(float* weight, float* mean, float* square, float gradient, const Factors& f) {
    float g = gradient * f.scale;
    float m = *mean + f.new_mean * (g - *mean);
    float v = *square * f.beta2 + f.new_square * g * g;
    *mean = m;
    *square = v;
    *weight = *weight * f.decay - f.step_size * (m / (sqrtf(v) / f.root + f.eps));
}

KERNEL(256) adamw(float* weight, float* mean, float* square, const float* gradient, u64 count, float decay, float beta2, float new_mean,
                  float new_square, float step_size, float root, float eps, float scale) {
    Factors f = {decay, beta2, new_mean, new_square, step_size, root, eps, scale};
    for (size_t i = (size_t)blockIdx.x * 256 + threadIdx.x; i < count; i += (size_t)gridDim.x * 256)
        adamw_element(weight + i, mean + i, square + i, gradient[i], f);
}

/** The same for a table with gradients of some rows: place[row] says where in the gradient a row is; -1 if its gradient is zero. */
KERNEL(256) adamw_table(float* weight, float* mean, float* square, const float* gradient, const int* place, u64 count, int width, float decay,
                        float beta2, float new_mean, float new_square, float step_size, float root, float eps, float scale) {
    Factors f = {decay, beta2, new_mean, new_square, step_size, root, eps, scale};
    for (size_t i = (size_t)blockIdx.x * 256 + threadIdx.x; i < count; i += (size_t)gridDim.x * 256) {
        int row = place[i / width];
        adamw_element(weight + i, mean + i, square + i, row < 0 ? 0 : gradient[(size_t)row * width + i % width], f);
    }
}
