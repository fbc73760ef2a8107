#include "attention.cuh"
// What attention with bfloat16 operands reads.

/** Arranges operands; a block takes the rows of a tile and head. */
KERNEL(128) attention_arrange_bfloat16(Arrangements operands, int size, int width) {
    const Arrangement o = operands.of[blockIdx.z];
    if (blockIdx.x >= (u32)o.tile_count) return;
    Tile tile = o.tiles[blockIdx.x];
    int head = blockIdx.y, half = size / 2, pairs = width / 4; // a thread has two columns of each half
    for (int i = threadIdx.x; i < tile.count * pairs; i += 128) {
        int row = i / pairs, column = i % pairs * 2;
        const float* from = o.x + ((size_t)(tile.row + row) * gridDim.y + head) * size;
        const float* angles = o.rotary ? o.rotary + (size_t)(tile.position + row) * size : nullptr;
        float a[2] = {0, 0}, b[2] = {0, 0};
        UNROLL for (int e = 0; e < 2; e++) {
            if (column + e >= half) continue;
            a[e] = from[column + e], b[e] = from[half + column + e];
            turn(a[e], b[e], angles, column + e, half, 1);
        }
        bf16* to = (bf16*)o.y + ((size_t)head * o.rows + tile.row + row) * width + column;
        *(u32*)to = round_pair(a[0] * o.factor, a[1] * o.factor);
        *(u32*)(to + width / 2) = round_pair(b[0] * o.factor, b[1] * o.factor);
    }
}

KERNEL(128) attention_numbers_bfloat16(NUMBERS) { numbers_of<true>(NUMBERS_ARGUMENTS); }
