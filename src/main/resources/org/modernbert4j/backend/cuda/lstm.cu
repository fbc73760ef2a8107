#include "device.cuh"
// One step of the recurrence of an LSTM as torch.nn.LSTM defines it, gates in the order input, forget, cell, output, for the texts that
// have a row in this step. rows[text] is the first row of a text; the longest text comes first, so the running ones do too. A block works
// on 16 texts, and on 8 units forward, 16 backward: products over shared tiles of 32 along the inner dimension.

#define TEXTS 16
#define UNITS 8
#define INNER 32
#define STRIDE (INNER + 1) // no two rows of a tile begin in the same bank

/** projected: [rows, 4 hidden]. Writes state and cell [rows, hidden] and the gates' activations [rows, 4 hidden]. */
KERNEL(256) lstm_step(const float* projected, const float* weight, const float* bias, const int* rows, float* state, float* cell, float* gates,
                      int step, int texts, int hidden) {
    SHARED(float, shared);
    float* before = shared;                     // [TEXTS, INNER]: the states before this step
    float* weights = before + TEXTS * STRIDE;   // [4 UNITS, INNER]
    float* sums = weights + 4 * UNITS * STRIDE; // [TEXTS, 4 UNITS]
    int first_text = blockIdx.y * TEXTS, first_unit = blockIdx.x * UNITS;
    int output = threadIdx.x % 32, text = threadIdx.x / 32; // the thread's outputs: gate output / 8 of unit output % 8, of two texts
    float sum[2] = {0, 0};
    for (int k0 = 0; step > 0 && k0 < hidden; k0 += INNER) {
        for (int i = threadIdx.x; i < TEXTS * INNER; i += 256) {
            int t = first_text + i / INNER, k = k0 + i % INNER;
            bool there = t < texts && k < hidden;
            before[i / INNER * STRIDE + i % INNER] = there ? state[(size_t)(rows[t] + step - 1) * hidden + k] : 0;
        }
        for (int i = threadIdx.x; i < 4 * UNITS * INNER; i += 256) {
            int o = i / INNER, unit = first_unit + o % UNITS, k = k0 + i % INNER;
            bool there = unit < hidden && k < hidden;
            weights[o * STRIDE + i % INNER] = there ? weight[(size_t)(o / UNITS * hidden + unit) * hidden + k] : 0;
        }
        __syncthreads();
#pragma unroll
        for (int k = 0; k < INNER; k++) {
            float w = weights[output * STRIDE + k];
            sum[0] += w * before[text * STRIDE + k];
            sum[1] += w * before[(text + 8) * STRIDE + k];
        }
        __syncthreads();
    }
    sums[text * 4 * UNITS + output] = sum[0];
    sums[(text + 8) * 4 * UNITS + output] = sum[1];
    __syncthreads();
    int unit = first_unit + threadIdx.x % UNITS, t = first_text + threadIdx.x / UNITS;
    if (threadIdx.x >= TEXTS * UNITS || unit >= hidden || t >= texts) return;
    size_t row = rows[t] + step;
    float z[4];
#pragma unroll
    for (int gate = 0; gate < 4; gate++)
        z[gate] = projected[(row * 4 + gate) * hidden + unit] + bias[gate * hidden + unit]
                + sums[(threadIdx.x / UNITS * 4 + gate) * UNITS + threadIdx.x % UNITS];
    float in = sigmoid(z[0]), forget = sigmoid(z[1]), candidate = tanhf(z[2]), out = sigmoid(z[3]);
    float c = in * candidate + (step > 0 ? forget * cell[(row - 1) * hidden + unit] : 0);
    cell[row * hidden + unit] = c;
    state[row * hidden + unit] = out * tanhf(c);
    gates[row * 4 * hidden + unit] = in;
    gates[(row * 4 + 1) * hidden + unit] = forget;
    gates[(row * 4 + 2) * hidden + unit] = candidate;
    gates[(row * 4 + 3) * hidden + unit] = out;
}

/**
 * The same step backward: dprojected of the step's rows, from that of the rows after them. `after` texts have a row after this step.
 * dcell [texts, hidden] carries the gradient of the cells from step to step. before: the state before each row.
 */
KERNEL(256) lstm_step_dx(const float* dstate, const float* weight, const float* state, const float* cell, const float* gates, const int* rows,
                         float* dprojected, float* before, float* dcell, int step, int texts, int after, int hidden) {
    SHARED(float, shared);
    float* next = shared;                   // [TEXTS, INNER]: dprojected of the next rows
    float* weights = next + TEXTS * STRIDE; // [INNER, 16 units]
    int first_text = blockIdx.y * TEXTS, first_unit = blockIdx.x * 16;
    int unit = first_unit + threadIdx.x % 16, t = first_text + threadIdx.x / 16;
    float sum = 0;
    for (int k0 = 0; first_text < after && k0 < 4 * hidden; k0 += INNER) {
        for (int i = threadIdx.x; i < TEXTS * INNER; i += 256) {
            int other = first_text + i / INNER, k = k0 + i % INNER;
            bool there = other < after && k < 4 * hidden;
            next[i / INNER * STRIDE + i % INNER] = there ? dprojected[(size_t)(rows[other] + step + 1) * 4 * hidden + k] : 0;
        }
        for (int i = threadIdx.x; i < INNER * 16; i += 256) {
            int k = k0 + i / 16, u = first_unit + i % 16;
            weights[i] = k < 4 * hidden && u < hidden ? weight[(size_t)k * hidden + u] : 0;
        }
        __syncthreads();
#pragma unroll
        for (int k = 0; k < INNER; k++) sum += next[threadIdx.x / 16 * STRIDE + k] * weights[k * 16 + threadIdx.x % 16];
        __syncthreads();
    }
    if (unit >= hidden || t >= texts) return;
    size_t row = rows[t] + step;
    float dh = dstate[row * hidden + unit] + sum;
    float in = gates[row * 4 * hidden + unit], forget = gates[(row * 4 + 1) * hidden + unit];
    float candidate = gates[(row * 4 + 2) * hidden + unit], out = gates[(row * 4 + 3) * hidden + unit];
    float tanh = tanhf(cell[row * hidden + unit]), cell_before = step > 0 ? cell[(row - 1) * hidden + unit] : 0;
    float* carried = dcell + (size_t)t * hidden + unit;
    float dc = dh * out * (1 - tanh * tanh) + (t < after ? *carried : 0);
    *carried = dc * forget;
    dprojected[row * 4 * hidden + unit] = dc * candidate * in * (1 - in);
    dprojected[(row * 4 + 1) * hidden + unit] = dc * cell_before * forget * (1 - forget);
    dprojected[(row * 4 + 2) * hidden + unit] = dc * in * (1 - candidate * candidate);
    dprojected[(row * 4 + 3) * hidden + unit] = dh * tanh * out * (1 - out);
    before[row * hidden + unit] = step > 0 ? state[(row - 1) * hidden + unit] : 0;
}
