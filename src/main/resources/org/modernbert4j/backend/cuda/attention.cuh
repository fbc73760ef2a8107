#pragma once
#include "device.cuh"
// Attention within each text: softmax of the scores as the keys go by, and the gradients from scores that are computed again
// (FlashAttention-2, Dao 2023). Queries and keys are first turned by their rotary angles, into arrays that are easy to load: [heads, rows,
// WIDTH], where WIDTH is the size of a head with zeros behind each of its halves, so that the numbers of a pair lie WIDTH / 2 apart.
//
// A block of 128 threads works on some rows of one text and head: queries, or, for the gradients of keys and values, keys. Columns of the
// other side pass through shared memory. The gradients take two passes, one for the keys and one for the queries: these compute the scores
// once more than one pass would, but no two blocks write to one place, and the order of all sums is fixed. Scores are in units of log 2,
// because powers of two are what the hardware computes.

/** The rows of a text that a block works on, and the rows of the other side that they see. The host makes one for each block. */
struct Tile {
    int row;      // the first of the block's rows, in its array
    int position; // the same, within its text
    int count;    // how many rows there are
    int tokens;   // how many of them take part; the gradients of keys that are padding are zero
    int other;    // the text's first row in the array of the other side
    int from, to; // the rows of the other side, within the text, that some row of the block sees
    int unused;
};

/** An operand that is arranged: y [heads, rows, width] = factor * x [rows, heads * size], turned by the angles unless these are null. */
struct Arrangement {
    const float *x, *rotary;
    void* y; // float or bf16
    const Tile* tiles;
    int rows, tile_count;
    float factor;
    int unused;
};
/** The operands of a launch, one for each third index of a block. */
struct Arrangements {
    Arrangement of[4];
};

#define LOG_2 0.693147180559945309f
/** Turns a pair of numbers by the angle of a column; angles: of the row's position, or null. direction: 1 forth, -1 back. */
DEVICE void turn(float& a, float& b, const float* angles, int column, int half, float direction) {
    if (!angles) return;
    float cos = angles[column], sin = angles[half + column] * direction, first = a * cos - b * sin;
    b = b * cos + a * sin;
    a = first;
}

#define NUMBERS const float *context, const float *gradient, const float *log_sum_exp, float *numbers, int queries, int heads, int size
#define NUMBERS_ARGUMENTS context, gradient, log_sum_exp, numbers, queries, heads, size

/**
 * What the backward pass needs of each query: numbers [heads, queries, 4] = the log-sum-exp in units of log 2, the product of context and
 * its gradient, and two zeros. Where operands are rounded, so is the gradient: errors of this product and of those that it is subtracted
 * from are then the same. A warp for each query and head.
 */
template <bool ROUNDS> DEVICE void numbers_of(NUMBERS) {
    int item = blockIdx.x * 4 + threadIdx.x / 32;
    if (item >= queries * heads) return;
    size_t from = (size_t)item * size;
    float sum = 0;
    for (int column = threadIdx.x % 32; column < size; column += 32) {
        float g = gradient[from + column];
        if constexpr (ROUNDS) g = to_float((bf16)round_pair(g, 0));
        sum += context[from + column] * g;
    }
    sum = warp_sum(sum);
    if (threadIdx.x % 32 != 0) return;
    int query = item / heads, head = item % heads;
    store4(numbers + ((size_t)head * queries + query) * 4, make_float4(log_sum_exp[item] / LOG_2, sum, 0, 0));
}
