#include "device.cuh"
// Softmax cross entropy of one class for each row; a row with a negative label does not count. A block for each row.

/** The largest of a row's logits and the sum of the exponentials of their distances to it, in each thread. */
DEVICE void softmax_sum(const float* row, int classes, float* parts, float& largest, float& sum) {
    largest = -INFINITY;
    for (int i = threadIdx.x; i < classes; i += 256) largest = fmaxf(largest, row[i]);
    largest = warp_max(largest);
    if (threadIdx.x % 32 == 0) parts[threadIdx.x / 32] = largest;
    __syncthreads();
    for (int warp = 0; warp < 8; warp++) largest = fmaxf(largest, parts[warp]);
    sum = 0;
    for (int i = threadIdx.x; i < classes; i += 256) sum += expf(row[i] - largest);
    sum = block_sum(sum, parts);
}

KERNEL(256) cross_entropy(const float* logits, const int* labels, double* losses, int classes) {
    SHARED(float, parts);
    int label = labels[blockIdx.x];
    if (label < 0) { // all threads of the block
        if (threadIdx.x == 0) losses[blockIdx.x] = 0;
        return;
    }
    const float* row = logits + (size_t)blockIdx.x * classes;
    float largest, sum;
    softmax_sum(row, classes, parts, largest, sum);
    if (threadIdx.x == 0) losses[blockIdx.x] = (double)largest + log((double)sum) - row[label];
}

/** loss = scale times the sum of the rows' losses; one block. */
KERNEL(256) sum_losses(const double* losses, const float* scale, float* loss, int rows) {
    SHARED(double, parts);
    double sum = 0;
    for (int i = threadIdx.x; i < rows; i += 256) sum += losses[i];
    sum = block_sum(sum, parts);
    if (threadIdx.x == 0) *loss = (float)(sum * *scale);
}

KERNEL(256) cross_entropy_dx(const float* dloss, const float* logits, const int* labels, const float* scale, float* dlogits, int classes) {
    SHARED(float, parts);
    int label = labels[blockIdx.x];
    const float* row = logits + (size_t)blockIdx.x * classes;
    float* gradient = dlogits + (size_t)blockIdx.x * classes;
    if (label < 0) {
        for (int i = threadIdx.x; i < classes; i += 256) gradient[i] = 0;
        return;
    }
    float largest, sum;
    softmax_sum(row, classes, parts, largest, sum);
    float factor = *scale * *dloss;
    for (int i = threadIdx.x; i < classes; i += 256) gradient[i] = expf(row[i] - largest) / sum * factor - (i == label ? factor : 0);
}
