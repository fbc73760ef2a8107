#include "device.cuh"
// One row for each text. A text has the rows starts[text] to starts[text + 1]; the first lengths[text] of them are tokens.

// The numbers of Pooling.java.
enum { CLS, LAST_TOKEN, LAST_ROW, MEAN };

DEVICE int pooled_row(const int* starts, const int* lengths, int text, int pooling) {
    switch (pooling) {
        case CLS: return starts[text];
        case LAST_TOKEN: return starts[text] + lengths[text] - 1;
        default: return starts[text + 1] - 1;
    }
}

/** A block for each text and 128 columns. */
KERNEL(128) pool(const float* x, const int* starts, const int* lengths, float* y, int width, int pooling) {
    int text = blockIdx.x, column = blockIdx.y * 128 + threadIdx.x;
    if (column >= width) return;
    float value = 0;
    if (pooling == MEAN) {
        for (int token = 0; token < lengths[text]; token++) value += x[(size_t)(starts[text] + token) * width + column];
        value /= lengths[text];
    } else {
        value = x[(size_t)pooled_row(starts, lengths, text, pooling) * width + column];
    }
    y[(size_t)text * width + column] = value;
}

/** A block for each text and 128 columns. */
KERNEL(128) pool_dx(const float* dy, const int* starts, const int* lengths, float* dx, int width, int pooling) {
    int text = blockIdx.x, column = blockIdx.y * 128 + threadIdx.x;
    if (column >= width) return;
    float value = dy[(size_t)text * width + column];
    for (int row = starts[text]; row < starts[text + 1]; row++) {
        bool has_gradient = pooling == MEAN ? row < starts[text] + lengths[text] : row == pooled_row(starts, lengths, text, pooling);
        dx[(size_t)row * width + column] = !has_gradient ? 0 : pooling == MEAN ? value / lengths[text] : value;
    }
}
