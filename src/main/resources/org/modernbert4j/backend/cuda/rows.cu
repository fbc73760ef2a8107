#include "device.cuh"
// Rows of matrices by number.

/** y[row] = table[ids[row]]. A block for each row. */
KERNEL(128) gather(const float* table, const int* ids, float* y, int width) {
    const float* from = table + (size_t)ids[blockIdx.x] * width;
    float* to = y + (size_t)blockIdx.x * width;
    for (int column = threadIdx.x; column < width; column += 128) to[column] = from[column];
}

/**
 * target[number] = the sum of the rows whose places are places[starts[number]] and following, in their order. A block for each
 * number. Places from `split` on are rows of the second matrix. numbers says which row of the target is meant; null for the same.
 */
KERNEL(128) sum_rows(const float* first, const float* second, int split, const int* starts, const int* places, const int* numbers, float* target,
                     int width) {
    int from = starts[blockIdx.x], to = starts[blockIdx.x + 1];
    float* sum = target + (size_t)(numbers ? numbers[blockIdx.x] : blockIdx.x) * width;
    for (int column = threadIdx.x; column < width; column += 128) {
        float s = 0;
        for (int i = from; i < to; i++) {
            int place = places[i];
            s += place < split ? first[(size_t)place * width + column] : second[(size_t)(place - split) * width + column];
        }
        sum[column] = s;
    }
}
