#include "device.cuh"
// The arithmetic of an optimizer step.

struct Numbers {
    const float* x;
    u64 count, first_block;
};
struct NumbersList {
    Numbers of[160];
    u64 count;
};

/** sums[first + block] = the sum of the squares of a block's part, in double precision. The parts do not depend on the device. */
KERNEL(256) squares(NumbersList list, double* sums, int first, u64 part) {
    SHARED(double, parts);
    const Numbers numbers = list.of[array_of_block(list)];
    size_t from = (blockIdx.x - numbers.first_block) * part, to = from + part < numbers.count ? from + part : numbers.count;
    double sum = 0;
    for (size_t i = from + threadIdx.x; i < to; i += 256) sum += (double)numbers.x[i] * numbers.x[i];
    sum = block_sum(sum, parts);
    if (threadIdx.x == 0) sums[first + blockIdx.x] = sum;
}

/** The sum of numbers, by one block. */
KERNEL(256) sum_all(const double* x, double* result, int count) {
    SHARED(double, parts);
    double sum = 0;
    for (int i = threadIdx.x; i < count; i += 256) sum += x[i];
    sum = block_sum(sum, parts);
    if (threadIdx.x == 0) *result = sum;
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

/** A parameter, its moments, its gradient, and what its step does. */
struct Update {
    float *weight, *mean, *square;
    const float* gradient;
    u64 count, first_block;
    Factors factors;
};
struct UpdateList {
    Update of[50];
    u64 count;
};

/** A step of AdamW. */
KERNEL(256) adamw(UpdateList list, u64 part) {
    const Update u = list.of[array_of_block(list)];
    size_t from = (blockIdx.x - u.first_block) * part, to = from + part < u.count ? from + part : u.count;
    for (size_t i = from + threadIdx.x; i < to; i += 256) adamw_element(u.weight + i, u.mean + i, u.square + i, u.gradient[i], u.factors);
}

/** place[rows[i]] = i. */
KERNEL(256) places(const int* rows, int* place, int count) {
    int i = blockIdx.x * 256 + threadIdx.x;
    if (i < count) place[rows[i]] = i;
}

/** A step of AdamW for a table with gradients of some rows: place[row] says where in the gradient a row is; -1 if its gradient is zero. */
KERNEL(256) adamw_table(float* weight, float* mean, float* square, const float* gradient, const int* place, u64 count, int width, Factors f) {
    EACH(i, count) {
        int row = place[i / width];
        adamw_element(weight + i, mean + i, square + i, row < 0 ? 0 : gradient[(size_t)row * width + i % width], f);
    }
}
