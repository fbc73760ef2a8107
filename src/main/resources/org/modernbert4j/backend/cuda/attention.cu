#include "attention.cuh"
// What attention reads: operands arranged in float32, and the numbers of the queries.

/** Arranges rows of all heads: y [heads, rows, width] = factor * x [rows, heads * size], turned by the angles unless these are null. */
KERNEL(128) attention_arrange(const float* x, const float* rotary, float* y, const Tile* tiles, int rows, int size, int width,
                              float factor) {
    Tile tile = tiles[blockIdx.x];
    int head = blockIdx.y, half = size / 2, padded = width / 2;
    for (int i = threadIdx.x; i < tile.count * padded; i += 128) {
        int row = i / padded, column = i % padded;
        float a = 0, b = 0;
        if (column < half) {
            const float* from = x + ((size_t)(tile.row + row) * gridDim.y + head) * size + column;
            a = from[0], b = from[half];
            turn(a, b, rotary ? rotary + (size_t)(tile.position + row) * size : nullptr, column, half, 1);
        }
        float* to = y + ((size_t)head * rows + tile.row + row) * width + column;
        to[0] = a * factor;
        to[padded] = b * factor;
    }
}

KERNEL(128) attention_numbers(NUMBERS) { numbers_of<false>(NUMBERS_ARGUMENTS); }
