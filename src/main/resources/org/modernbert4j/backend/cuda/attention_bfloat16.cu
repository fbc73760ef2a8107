#include "attention.cuh"
// What attention with bfloat16 operands reads.

/** Arranges rows of all heads: y [heads, rows, width] = factor * x [rows, heads * size], turned by the angles unless these are null. */
KERNEL(128) attention_arrange_bfloat16(const float* x, const float* rotary, bf16* y, const Tile* tiles, int rows, int size, int width,
                                       float factor) {
    Tile tile = tiles[blockIdx.x];
    int head = blockIdx.y, half = size / 2, pairs = width / 4; // a thread has two columns of each half
    for (int i = threadIdx.x; i < tile.count * pairs; i += 128) {
        int row = i / pairs, column = i % pairs * 2;
        const float* from = x + ((size_t)(tile.row + row) * gridDim.y + head) * size;
        const float* angles = rotary ? rotary + (size_t)(tile.position + row) * size : nullptr;
        float a[2] = {0, 0}, b[2] = {0, 0};
        UNROLL for (int e = 0; e < 2; e++) {
            if (column + e >= half) continue;
            a[e] = from[column + e], b[e] = from[half + column + e];
            turn(a[e], b[e], angles, column + e, half, 1);
        }
        bf16* to = y + ((size_t)head * rows + tile.row + row) * width + column;
        *(u32*)to = round_pair(a[0] * factor, a[1] * factor);
        *(u32*)(to + width / 2) = round_pair(b[0] * factor, b[1] * factor);
    }
}

KERNEL(128) attention_numbers_bfloat16(NUMBERS) { numbers_of<true>(NUMBERS_ARGUMENTS); }
