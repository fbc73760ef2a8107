#pragma once
#include "attention.cuh"
// Attention on tensor cores: operands in bfloat16, sums and softmax in float32. Each of a block's four warps has 16 of its 64 rows. While
// some columns are worked on, the next are copied.
//
// Operands lie in shared memory in chunks of 8 numbers. A lane's elements of a result of 16 x 8 numbers are those of mma in the PTX manual:
// 0 and 1 in row lane / 4 and columns lane % 4 * 2 and the next, 2 and 3 eight rows further.

#define ROWS 64
#define LANE ((int)threadIdx.x % 32)
#define WARP ((int)threadIdx.x / 32)

/** Where a chunk of a row of WIDTH numbers lies: turned so that eight rows' chunks, as ldmatrix reads them, are in different banks. */
template <int WIDTH> DEVICE unsigned char* at(unsigned char* tile, int row, int chunk) {
    int turned = chunk ^ (WIDTH < 64 ? row / 2 & 3 : row & 7);
    return tile + row * (WIDTH * 2) + turned * 16;
}

/** Begins to copy COUNT rows, of which the first `there` exist; the others become zeros. */
template <int WIDTH, int COUNT> DEVICE void copy_rows(unsigned char* tile, const bf16* x, int there) {
    UNROLL for (int i = 0; i < COUNT * WIDTH / 8; i += 128) {
        int item = i + threadIdx.x, row = item / (WIDTH / 8), chunk = item % (WIDTH / 8);
        copy16(at<WIDTH>(tile, row, chunk), row < there ? x + item * 8 : x, row < there);
    }
}

/** 16 columns of the warp's rows of a tile, as the left operand of mma. */
template <int WIDTH> DEVICE void left_operand(u32 (&a)[4], unsigned char* tile, int k) {
    ldmatrix(a, at<WIDTH>(tile, WARP * 16 + LANE % 16, 2 * k + LANE / 16));
}

/** The warp's rows of a tile as left operands, in registers; where HELD is false, read from the tile each time. */
template <int WIDTH, bool HELD> struct Left {
    unsigned char* tile;
    u32 parts[HELD ? WIDTH / 16 : 1][4];
};

template <int WIDTH, bool HELD> DEVICE void hold(Left<WIDTH, HELD>& left) {
    if (HELD) UNROLL for (int k = 0; k < WIDTH / 16; k++) left_operand<WIDTH>(left.parts[HELD ? k : 0], left.tile, k);
}

template <int WIDTH, bool HELD> DEVICE void part(u32 (&a)[4], const Left<WIDTH, HELD>& left, int k) {
    if (HELD) UNROLL for (int i = 0; i < 4; i++) a[i] = left.parts[HELD ? k : 0][i];
    else left_operand<WIDTH>(a, left.tile, k);
}

template <int N> DEVICE void clear(float (&x)[N][4]) {
    UNROLL for (int j = 0; j < N; j++) UNROLL for (int i = 0; i < 4; i++) x[j][i] = 0;
}

/** s = the products of the warp's rows and the columns: result j for columns 8 j to 8 j + 7. */
template <int WIDTH, int N, bool HELD> DEVICE void products(float (&s)[N][4], const Left<WIDTH, HELD>& left, unsigned char* columns) {
    clear(s);
    UNROLL for (int k = 0; k < WIDTH / 16; k += 2) {
        u32 a[2][4];
        part(a[0], left, k);
        part(a[1], left, k + 1);
        UNROLL for (int j = 0; j < N; j++) {
            u32 b[4];
            ldmatrix(b, at<WIDTH>(columns, 8 * j + LANE % 8, 2 * k + LANE / 8));
            mma_16816(s[j], a[0], b[0], b[1]);
            mma_16816(s[j], a[1], b[2], b[3]);
        }
    }
}

/** o += the product of weights, rounded to bfloat16, and the columns. A result of products has the layout of a left operand. */
template <int WIDTH, int N> DEVICE void accumulate(float (&o)[WIDTH / 8][4], const float (&weights)[N][4], unsigned char* columns) {
    UNROLL for (int k = 0; k < N / 2; k++) {
        const float(&low)[4] = weights[2 * k];
        const float(&high)[4] = weights[2 * k + 1];
        u32 a[4] = {round_pair(low[0], low[1]), round_pair(low[2], low[3]), round_pair(high[0], high[1]), round_pair(high[2], high[3])};
        UNROLL for (int c = 0; c < WIDTH / 8; c += 2) {
            u32 b[4];
            ldmatrix_transposed(b, at<WIDTH>(columns, 16 * k + LANE % 16, c + LANE / 16));
            mma_16816(o[c], a, b[0], b[1]);
            mma_16816(o[c + 1], a, b[2], b[3]);
        }
    }
}

/** Row of the block's, and column of the piece's, of element i of a lane's result j. */
DEVICE int row_of(int i) { return WARP * 16 + LANE / 4 + i / 2 * 8; }
DEVICE int column_of(int j, int i) { return 8 * j + LANE % 4 * 2 + i % 2; }

/** Makes the scores of those that do not see each other minus infinity. first: the piece's first column, within the text. */
template <int N> DEVICE void hide(float (&s)[N][4], const Tile& tile, int first, int radius) {
    int end = first + 8 * N;
    bool in_reach = end - 1 - tile.position <= radius && tile.position + ROWS - 1 - first <= radius;
    if (in_reach && end <= tile.to && tile.tokens == ROWS) return; // all are visible
    UNROLL for (int j = 0; j < N; j++) UNROLL for (int i = 0; i < 4; i++) {
        int row = row_of(i), column = first + column_of(j, i);
        bool visible = row < tile.tokens && column < tile.to && abs(tile.position + row - column) <= radius;
        if (!visible) s[j][i] = -INFINITY;
    }
}

/** Writes two results at an even place. */
DEVICE void put_pair(const Result& to, size_t i, const float (&x)[2]) {
    if (to.exact) *(float2*)(to.exact + i) = make_float2(x[0], x[1]);
    if (to.rounded) *(u32*)(to.rounded + i) = round_pair(x[0], x[1]);
}

/** Writes a lane's part of row row_of(i), without the zeros behind its halves, turned back by its angles unless these are null. */
template <int WIDTH> DEVICE void store(const Result& to, size_t start, const float (&x)[WIDTH / 8][4], int i, float factor, const float* angles, int size) {
    int half = size / 2;
    UNROLL for (int j = 0; j < WIDTH / 16; j++) {
        int column = column_of(j, 0);
        float a[2], b[2];
        UNROLL for (int e = 0; e < 2; e++) {
            a[e] = x[j][i + e] * factor;
            b[e] = x[j + WIDTH / 16][i + e] * factor;
            if (column + e < half) turn(a[e], b[e], angles, column + e, half, -1);
        }
        if (half % 2 == 0 && column < half) {
            put_pair(to, start + column, a);
            put_pair(to, start + half + column, b);
        } else {
            UNROLL for (int e = 0; e < 2; e++) {
                if (column + e >= half) continue;
                to.put(start + column + e, a[e]);
                to.put(start + half + column + e, b[e]);
            }
        }
    }
}

#define FORWARD \
    const bf16 *q, const bf16 *k, const bf16 *v, Result context, float *log_sum_exp, const Tile *tiles, int queries, int keys, \
        int size, int radius
#define FORWARD_ARGUMENTS q, k, v, context, log_sum_exp, tiles, queries, keys, size, radius

/** Context and log-sum-exp of 64 queries. Queries that see no key get zeros, and an infinite log-sum-exp. */
template <int WIDTH> DEVICE void forward(FORWARD) {
    constexpr int COLUMNS = 64, BYTES = COLUMNS * WIDTH * 2;
    SHARED(unsigned char, shared); // queries, then twice keys and values
    Tile tile = tiles[blockIdx.x];
    int head = blockIdx.y;
    size_t other = (size_t)head * keys + tile.other;
    auto copy_columns = [&](int first, int stage) {
        unsigned char* columns = shared + (1 + 2 * stage) * BYTES;
        copy_rows<WIDTH, COLUMNS>(columns, k + (other + first) * WIDTH, tile.to - first);
        copy_rows<WIDTH, COLUMNS>(columns + BYTES, v + (other + first) * WIDTH, tile.to - first);
    };
    copy_rows<WIDTH, ROWS>(shared, q + ((size_t)head * queries + tile.row) * WIDTH, tile.count);
    copy_columns(tile.from, 0);
    copies_end();
    Left<WIDTH, true> left = {shared, {}};
    float o[WIDTH / 8][4], best[2] = {-INFINITY, -INFINITY}, sum[2] = {0, 0};
    clear(o);
    int stage = 0;
    for (int first = tile.from; first < tile.to; first += COLUMNS, stage ^= 1) {
        copies_wait<0>();
        __syncthreads();
        if (first + COLUMNS < tile.to) copy_columns(first + COLUMNS, stage ^ 1);
        copies_end();
        if (first == tile.from) hold(left);
        unsigned char* columns = shared + (1 + 2 * stage) * BYTES;
        float s[COLUMNS / 8][4];
        products(s, left, columns);
        hide(s, tile, first, radius);
        UNROLL for (int h = 0; h < 2; h++) { // the lane's two rows
            float largest = best[h];
            UNROLL for (int j = 0; j < COLUMNS / 8; j++) largest = fmaxf(largest, fmaxf(s[j][2 * h], s[j][2 * h + 1]));
            for (int lanes = 2; lanes > 0; lanes /= 2) largest = fmaxf(largest, shuffle_xor(largest, lanes));
            float base = largest == -INFINITY ? 0 : largest, keep = power_of_two(best[h] - base);
            best[h] = largest;
            sum[h] *= keep;
            UNROLL for (int c = 0; c < WIDTH / 8; c++) UNROLL for (int i = 2 * h; i < 2 * h + 2; i++) o[c][i] *= keep;
            UNROLL for (int j = 0; j < COLUMNS / 8; j++) UNROLL for (int i = 2 * h; i < 2 * h + 2; i++) {
                s[j][i] = power_of_two(s[j][i] - base);
                sum[h] += s[j][i];
            }
        }
        accumulate<WIDTH>(o, s, columns + BYTES);
    }
    UNROLL for (int h = 0; h < 2; h++) {
        for (int lanes = 2; lanes > 0; lanes /= 2) sum[h] += shuffle_xor(sum[h], lanes);
        int row = row_of(2 * h);
        if (row >= tile.count) continue;
        size_t item = (size_t)(tile.row + row) * gridDim.y + head;
        store<WIDTH>(context, item * size, o, 2 * h, sum[h] > 0 ? 1 / sum[h] : 0, nullptr, size);
        if (LANE % 4 == 0) log_sum_exp[item] = sum[h] > 0 ? best[h] * LOG_2 + logf(sum[h]) : INFINITY;
    }
}

/**
 * Gradients of 64 queries, or of 64 keys and their values. Both are computed alike. The scores are the products of the rows a and the
 * columns b, the gradients of the probabilities those of the rows c and the columns d. For queries, a, b, c and d are queries, keys,
 * gradients of the context, and values; for keys they are keys, queries, values, and gradients. da is the gradient of a, dc that of c.
 */
template <bool OF_KEYS, int WIDTH, int COLUMNS>
DEVICE void gradients(const bf16* a, const bf16* b, const bf16* c, const bf16* d, const float* numbers, const float* rotary, Result da,
                      Result dc, const Tile* tiles, int a_rows, int b_rows, int size, int radius, float factor) {
    constexpr int ROW_BYTES = ROWS * WIDTH * 2, COLUMN_BYTES = COLUMNS * WIDTH * 2, STAGE_BYTES = 2 * COLUMN_BYTES + COLUMNS * 16;
    constexpr bool HELD = !(OF_KEYS && WIDTH > 64); // with both results of a wide head there are no registers left
    SHARED(unsigned char, shared);                  // a and c, then twice b, d and the numbers of its queries
    Tile tile = tiles[blockIdx.x];
    int head = blockIdx.y;
    size_t mine = (size_t)head * a_rows + tile.row, other = (size_t)head * b_rows + tile.other;
    auto copy_columns = [&](int first, int stage) {
        unsigned char* columns = shared + 2 * ROW_BYTES + stage * STAGE_BYTES;
        int there = tile.to - first;
        copy_rows<WIDTH, COLUMNS>(columns, b + (other + first) * WIDTH, there);
        copy_rows<WIDTH, COLUMNS>(columns + COLUMN_BYTES, d + (other + first) * WIDTH, there);
        int query = threadIdx.x;
        if (OF_KEYS && query < COLUMNS)
            copy16(columns + 2 * COLUMN_BYTES + query * 16, query < there ? numbers + (other + first + query) * 4 : numbers, query < there);
    };
    copy_rows<WIDTH, ROWS>(shared, a + mine * WIDTH, tile.count);
    copy_rows<WIDTH, ROWS>(shared + ROW_BYTES, c + mine * WIDTH, tile.count);
    copy_columns(tile.from, 0);
    copies_end();
    Left<WIDTH, HELD> left_a = {shared, {}}, left_c = {shared + ROW_BYTES, {}};
    float ga[WIDTH / 8][4], gc[WIDTH / 8][4], log_sum[2] = {0, 0}, product[2] = {0, 0};
    clear(ga);
    clear(gc);
    if (!OF_KEYS) UNROLL for (int h = 0; h < 2; h++) {
        if (row_of(2 * h) >= tile.count) continue;
        log_sum[h] = numbers[(mine + row_of(2 * h)) * 4];
        product[h] = numbers[(mine + row_of(2 * h)) * 4 + 1];
    }
    int stage = 0;
    for (int first = tile.from; first < tile.to; first += COLUMNS, stage ^= 1) {
        copies_wait<0>();
        __syncthreads();
        if (first + COLUMNS < tile.to) copy_columns(first + COLUMNS, stage ^ 1);
        copies_end();
        if (first == tile.from) {
            hold(left_a);
            hold(left_c);
        }
        unsigned char* columns = shared + 2 * ROW_BYTES + stage * STAGE_BYTES;
        const float* queries = (const float*)(columns + 2 * COLUMN_BYTES);
        float p[COLUMNS / 8][4], s[COLUMNS / 8][4];
        products(p, left_a, columns);
        hide(p, tile, first, radius);
        UNROLL for (int j = 0; j < COLUMNS / 8; j++) UNROLL for (int i = 0; i < 4; i++)
            p[j][i] = power_of_two(p[j][i] - (OF_KEYS ? queries[column_of(j, i) * 4] : log_sum[i / 2]));
        if (OF_KEYS) accumulate<WIDTH>(gc, p, columns + COLUMN_BYTES);
        products(s, left_c, columns + COLUMN_BYTES);
        UNROLL for (int j = 0; j < COLUMNS / 8; j++) UNROLL for (int i = 0; i < 4; i++)
            s[j][i] = p[j][i] * (s[j][i] - (OF_KEYS ? queries[column_of(j, i) * 4 + 1] : product[i / 2]));
        accumulate<WIDTH>(ga, s, columns);
    }
    UNROLL for (int h = 0; h < 2; h++) {
        int row = row_of(2 * h);
        if (row >= tile.count) continue;
        size_t to = ((size_t)(tile.row + row) * gridDim.y + head) * size;
        store<WIDTH>(da, to, ga, 2 * h, factor, rotary + (size_t)(tile.position + row) * size, size);
        if (OF_KEYS) store<WIDTH>(dc, to, gc, 2 * h, 1, nullptr, size);
    }
}

#define BACKWARD const bf16 *q, const bf16 *k, const bf16 *v, const bf16 *gradient, const float *numbers, const float *rotary
#define SIZES const Tile *tiles, int queries, int keys, int size, int radius
#define KEY_ARGUMENTS k, q, v, gradient, numbers, rotary, dk, dv, tiles, keys, queries, size, radius, LOG_2
#define QUERY_ARGUMENTS q, k, gradient, v, numbers, rotary, dq, dq, tiles, queries, keys, size, radius, 1 / sqrtf((float)size)
