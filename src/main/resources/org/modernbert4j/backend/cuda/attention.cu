#include "attention.cuh"
// What attention reads: operands arranged in float32, and the numbers of the queries.

/** Arranges operands; a block takes the rows of a tile and head. */
KERNEL(128) attention_arrange(Arrangements operands, int size, int width) {
    const Arrangement o = operands.of[blockIdx.z];
    if (blockIdx.x >= (u32)o.tile_count) return;
    Tile tile = o.tiles[blockIdx.x];
    int head = blockIdx.y, half = size / 2, padded = width / 2;
    for (int i = threadIdx.x; i < tile.count * padded; i += 128) {
        int row = i / padded, column = i % padded;
        float a = 0, b = 0;
        if (column < half) {
            const float* from = o.x + ((size_t)(tile.row + row) * gridDim.y + head) * size + column;
            a = from[0], b = from[half];
            turn(a, b, o.rotary ? o.rotary + (size_t)(tile.position + row) * size : nullptr, column, half, 1);
        }
        float* to = (float*)o.y + ((size_t)head * o.rows + tile.row + row) * width + column;
        to[0] = a * o.factor;
        to[padded] = b * o.factor;
    }
}

KERNEL(128) attention_numbers(NUMBERS) { numbers_of<false>(NUMBERS_ARGUMENTS); }
