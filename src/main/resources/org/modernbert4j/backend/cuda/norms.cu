#include "device.cuh"
// Layer normalisation of rows (Ba, Kiros and Hinton 2016), y = (x - mean) / sqrt(variance + eps) * gamma + beta. A warp for each row,
// four rows a block. A row of up to 1,024 numbers stays in registers; a wider one is read again. Mean and deviation are computed again
// in the backward pass, because that takes no longer than to read them.

#define FEW 32 // numbers of a row for each lane

/** A lane's numbers of a row: lane, lane + 32, and so on. */
template <bool KEEPS> struct Row {
    const float* x;
    int width;
    float kept[KEEPS ? FEW : 1];

    DEVICE Row(const float* row, int count) : x(row), width(count) {
        if (KEEPS) {
#pragma unroll
            for (int i = 0; i < FEW; i++) {
                int column = threadIdx.x % 32 + 32 * i;
                kept[i] = column < width ? x[column] : 0;
            }
        }
    }
    /** Calls a function with each column and its number. */
    template <typename F> DEVICE void each(F function) const {
        if (KEEPS) {
#pragma unroll
            for (int i = 0; i < FEW; i++) {
                int column = threadIdx.x % 32 + 32 * i;
                if (column < width) function(column, kept[i]);
            }
        } else {
            for (int column = threadIdx.x % 32; column < width; column += 32) function(column, x[column]);
        }
    }
};

/** The mean of a row and the inverse of its standard deviation, in each lane. */
template <typename R> DEVICE float2 statistics(const R& row, float eps) {
    float sum = 0;
    row.each([&](int, float x) { sum += x; });
    float mean = warp_sum(sum) / row.width;
    float squares = 0;
    row.each([&](int, float x) { squares += (x - mean) * (x - mean); });
    return make_float2(mean, rsqrtf(warp_sum(squares) / row.width + eps));
}

template <bool KEEPS> DEVICE void forward(const float* x, const float* gamma, const float* beta, Result y, int rows, int width, float eps) {
    int number = blockIdx.x * 4 + threadIdx.x / 32;
    if (number >= rows) return; // all lanes of the warp
    size_t start = (size_t)number * width;
    Row<KEEPS> row(x + start, width);
    float2 s = statistics(row, eps);
    row.each([&](int column, float value) {
        float scaled = (value - s.x) * s.y * gamma[column];
        y.put(start + column, beta ? scaled + beta[column] : scaled);
    });
}

KERNEL(128) layer_norm(const float* x, const float* gamma, const float* beta, Result y, int rows, int width, float eps) {
    if (width <= 32 * FEW) forward<true>(x, gamma, beta, y, rows, width, eps);
    else forward<false>(x, gamma, beta, y, rows, width, eps);
}

template <bool KEEPS>
DEVICE void backward(const float* dy, const float* x, const float* gamma, const float* passed, Result dx, int rows, int width, float eps) {
    int number = blockIdx.x * 4 + threadIdx.x / 32;
    if (number >= rows) return;
    size_t start = (size_t)number * width;
    Row<KEEPS> row(x + start, width), gradient(dy + start, width);
    float2 s = statistics(row, eps);
    float sum = 0, product = 0;
    gradient.each([&](int column, float d) { sum += d * gamma[column]; });
    row.each([&](int column, float value) { product += gradient.x[column] * gamma[column] * ((value - s.x) * s.y); });
    float mean = warp_sum(sum) / width, mean_product = warp_sum(product) / width;
    row.each([&](int column, float value) {
        float d = (gradient.x[column] * gamma[column] - mean - (value - s.x) * s.y * mean_product) * s.y;
        dx.put(start + column, passed ? d + passed[start + column] : d);
    });
}

/** passed: a gradient that is added, or null. */
KERNEL(128) layer_norm_dx(const float* dy, const float* x, const float* gamma, const float* passed, Result dx, int rows, int width, float eps) {
    if (width <= 32 * FEW) backward<true>(dy, x, gamma, passed, dx, rows, width, eps);
    else backward<false>(dy, x, gamma, passed, dx, rows, width, eps);
}

/** partial[block, column] = the gradient of gamma over the block's rows. */
KERNEL(128) layer_norm_dgamma(const float* dy, const float* x, float* partial, int rows, int width, int part, float eps) {
    SHARED(float2, of_rows); // a pair for each row of the part
    int first = blockIdx.x * part, count = min(part, rows - first);
    for (int i = threadIdx.x / 32; i < count; i += 4) {
        Row<false> row(x + (size_t)(first + i) * width, width);
        float2 s = statistics(row, eps);
        if (threadIdx.x % 32 == 0) of_rows[i] = s;
    }
    __syncthreads();
    for (int column = threadIdx.x; column < width; column += 128) {
        float sum = 0;
        for (int i = 0; i < count; i++) {
            size_t at = (size_t)(first + i) * width + column;
            sum += dy[at] * ((x[at] - of_rows[i].x) * of_rows[i].y);
        }
        partial[(size_t)blockIdx.x * width + column] = sum;
    }
}

/** sum[column] = the sum of a column of partial sums, in double precision. */
KERNEL(128) layer_norm_dgamma_sum(const float* partial, float* sum, int parts, int width) {
    int column = blockIdx.x * 128 + threadIdx.x;
    if (column >= width) return;
    double s = 0;
    for (int i = 0; i < parts; i++) s += partial[(size_t)i * width + column];
    sum[column] = (float)s;
}
