#pragma once
#include "attention.cuh"
// Attention with float32 operands. 16 threads next to each other, a line, hold every eighth of the block's rows: thread i of a line has the
// scores of columns i, i + 16, ... and the results of WIDTH / 32 numbers in each half.

#define LINE ((int)threadIdx.x / 16)
#define LANE ((int)threadIdx.x % 16)

/** Whether a query and a key see each other. */
DEVICE bool visible(int row, int column, const Tile& tile, int radius) { return column < tile.to && abs(row - column) <= radius; }

/** Loads rows into shared memory [ROWS, WIDTH + 4]: of each four numbers in a column, no two collide in the memory's banks. */
template <int WIDTH, int ROWS> DEVICE void load(float* to, const float* x, int count) {
    for (int i = threadIdx.x; i < ROWS * WIDTH / 4; i += 128) {
        int row = i / (WIDTH / 4), column = i % (WIDTH / 4) * 4;
        store4(to + row * (WIDTH + 4) + column, row < count ? load4(x + row * WIDTH + column) : make_float4(0, 0, 0, 0));
    }
}

/** The thread's part of the products of the block's rows and the columns. */
template <int WIDTH, int R, int C> DEVICE void products(float (&s)[R][C], const float* rows, const float* columns) {
    UNROLL for (int i = 0; i < R; i++) UNROLL for (int j = 0; j < C; j++) s[i][j] = 0;
    for (int k = 0; k < WIDTH; k += 4) {
        float4 b[C];
        UNROLL for (int j = 0; j < C; j++) b[j] = load4(columns + (LANE + 16 * j) * (WIDTH + 4) + k);
        UNROLL for (int i = 0; i < R; i++) {
            float4 a = load4(rows + (LINE + 8 * i) * (WIDTH + 4) + k);
            UNROLL for (int j = 0; j < C; j++) s[i][j] += a.x * b[j].x + a.y * b[j].y + a.z * b[j].z + a.w * b[j].w;
        }
    }
}

/** Where result c of a thread is in a row: WIDTH / 32 numbers next to each other in each half. */
template <int WIDTH> DEVICE int place(int c) { return c / (WIDTH / 32) * (WIDTH / 2) + LANE * (WIDTH / 32) + c % (WIDTH / 32); }

/** Adds the thread's part of the product of weights [rows, COLUMNS + 4] and the columns. */
template <int WIDTH, int COLUMNS, int R> DEVICE void accumulate(float (&o)[R][WIDTH / 16], const float* weights, const float* columns) {
    for (int k = 0; k < COLUMNS; k += 4) {
        float b[4][WIDTH / 16];
        UNROLL for (int j = 0; j < 4; j++)
            UNROLL for (int c = 0; c < WIDTH / 16; c++) b[j][c] = columns[(k + j) * (WIDTH + 4) + place<WIDTH>(c)];
        UNROLL for (int i = 0; i < R; i++) {
            float4 a = load4(weights + (LINE + 8 * i) * (COLUMNS + 4) + k);
            UNROLL for (int c = 0; c < WIDTH / 16; c++) o[i][c] += a.x * b[0][c] + a.y * b[1][c] + a.z * b[2][c] + a.w * b[3][c];
        }
    }
}

/** Writes the thread's part of a row without the zeros behind its halves, turned back by its angles unless these are null. */
template <int WIDTH> DEVICE void store(const Result& to, size_t start, const float (&x)[WIDTH / 16], float factor, const float* angles, int size) {
    int half = size / 2;
    UNROLL for (int c = 0; c < WIDTH / 32; c++) {
        int column = place<WIDTH>(c);
        if (column >= half) continue;
        float a = x[c] * factor, b = x[WIDTH / 32 + c] * factor;
        turn(a, b, angles, column, half, -1);
        to.put(start + column, a);
        to.put(start + half + column, b);
    }
}

#define FORWARD \
    const float *q, const float *k, const float *v, Result context, float *log_sum_exp, const Tile *tiles, int queries, int keys, \
        int size, int radius
#define FORWARD_ARGUMENTS q, k, v, context, log_sum_exp, tiles, queries, keys, size, radius

/** Context and log-sum-exp of ROWS queries. Queries that see no key get zeros, and an infinite log-sum-exp. */
template <int WIDTH, int ROWS, int COLUMNS> DEVICE void forward(FORWARD) {
    constexpr int R = ROWS / 8, C = COLUMNS / 16;
    SHARED(float, block_rows);
    float* columns = block_rows + ROWS * (WIDTH + 4); // keys, then values
    float* weights = columns + COLUMNS * (WIDTH + 4);
    Tile tile = tiles[blockIdx.x];
    int head = blockIdx.y;
    size_t other = ((size_t)head * keys + tile.other) * WIDTH;
    load<WIDTH, ROWS>(block_rows, q + ((size_t)head * queries + tile.row) * WIDTH, tile.count);
    float o[R][WIDTH / 16], best[R], sum[R];
    UNROLL for (int i = 0; i < R; i++) {
        best[i] = -INFINITY;
        sum[i] = 0;
        UNROLL for (int c = 0; c < WIDTH / 16; c++) o[i][c] = 0;
    }
    for (int first = tile.from; first < tile.to; first += COLUMNS) {
        __syncthreads();
        load<WIDTH, COLUMNS>(columns, k + other + (size_t)first * WIDTH, tile.to - first);
        __syncthreads();
        float s[R][C];
        products<WIDTH>(s, block_rows, columns);
        __syncthreads();
        load<WIDTH, COLUMNS>(columns, v + other + (size_t)first * WIDTH, tile.to - first);
        UNROLL for (int i = 0; i < R; i++) {
            int row = LINE + 8 * i;
            float largest = best[i];
            UNROLL for (int j = 0; j < C; j++) {
                if (!visible(tile.position + row, first + LANE + 16 * j, tile, radius)) s[i][j] = -INFINITY;
                largest = fmaxf(largest, s[i][j]);
            }
            for (int lanes = 8; lanes > 0; lanes /= 2) largest = fmaxf(largest, shuffle_xor(largest, lanes));
            float base = largest == -INFINITY ? 0 : largest, keep = exp2f(best[i] - base);
            best[i] = largest;
            sum[i] *= keep;
            UNROLL for (int c = 0; c < WIDTH / 16; c++) o[i][c] *= keep;
            UNROLL for (int j = 0; j < C; j++) {
                float weight = exp2f(s[i][j] - base);
                sum[i] += weight;
                weights[row * (COLUMNS + 4) + LANE + 16 * j] = weight;
            }
        }
        __syncthreads();
        accumulate<WIDTH, COLUMNS>(o, weights, columns);
    }
    UNROLL for (int i = 0; i < R; i++) {
        for (int lanes = 8; lanes > 0; lanes /= 2) sum[i] += shuffle_xor(sum[i], lanes);
        int row = LINE + 8 * i;
        if (row >= tile.count) continue;
        size_t item = (size_t)(tile.row + row) * gridDim.y + head;
        store<WIDTH>(context, item * size, o[i], sum[i] > 0 ? 1 / sum[i] : 0, nullptr, size);
        if (LANE == 0) log_sum_exp[item] = sum[i] > 0 ? best[i] * LOG_2 + logf(sum[i]) : INFINITY;
    }
}

/** The numbers of a query; zeros where it does not exist. */
DEVICE void read(float& log_sum, float& product, const float* numbers, size_t first, int query, int end) {
    log_sum = query < end ? numbers[(first + query) * 4] : 0;
    product = query < end ? numbers[(first + query) * 4 + 1] : 0;
}

/**
 * Gradients of ROWS queries, or of ROWS keys and their values. Both are computed alike. The scores are the products of the rows a and the
 * columns b, the gradients of the probabilities those of the rows c and the columns d. For queries, a, b, c and d are queries, keys,
 * gradients of the context, and values; for keys they are keys, queries, values, and gradients. da is the gradient of a, dc that of c.
 */
template <bool OF_KEYS, int WIDTH, int ROWS, int COLUMNS>
DEVICE void gradients(const float* a, const float* b, const float* c, const float* d, const float* numbers, const float* rotary, Result da,
                      Result dc, const Tile* tiles, int a_rows, int b_rows, int size, int radius, float factor) {
    constexpr int R = ROWS / 8, C = COLUMNS / 16;
    SHARED(float, a_tile);
    float* c_tile = a_tile + ROWS * (WIDTH + 4);
    float* b_tile = c_tile + ROWS * (WIDTH + 4);
    float* d_tile = b_tile + COLUMNS * (WIDTH + 4);
    float* weights = d_tile + COLUMNS * (WIDTH + 4); // a warp reads only what it has written
    Tile tile = tiles[blockIdx.x];
    int head = blockIdx.y;
    size_t mine = (size_t)head * a_rows + tile.row, other = (size_t)head * b_rows + tile.other;
    load<WIDTH, ROWS>(a_tile, a + mine * WIDTH, tile.count);
    load<WIDTH, ROWS>(c_tile, c + mine * WIDTH, tile.count);
    float ga[R][WIDTH / 16], gc[R][WIDTH / 16];
    UNROLL for (int i = 0; i < R; i++) UNROLL for (int w = 0; w < WIDTH / 16; w++) ga[i][w] = gc[i][w] = 0;
    constexpr int QUERIES = OF_KEYS ? C : R; // of the thread
    float log_sum[QUERIES], product[QUERIES];
    if (!OF_KEYS) UNROLL for (int i = 0; i < QUERIES; i++) read(log_sum[i], product[i], numbers, mine, LINE + 8 * i, tile.count);
    for (int first = tile.from; first < tile.to; first += COLUMNS) {
        __syncthreads();
        load<WIDTH, COLUMNS>(b_tile, b + (other + first) * WIDTH, tile.to - first);
        load<WIDTH, COLUMNS>(d_tile, d + (other + first) * WIDTH, tile.to - first);
        if (OF_KEYS)
            UNROLL for (int j = 0; j < QUERIES; j++) read(log_sum[j], product[j], numbers, other, first + LANE + 16 * j, tile.to);
        __syncthreads();
        float p[R][C], s[R][C];
        products<WIDTH>(p, a_tile, b_tile);
        products<WIDTH>(s, c_tile, d_tile);
        UNROLL for (int i = 0; i < R; i++) UNROLL for (int j = 0; j < C; j++) {
            int row = LINE + 8 * i, column = first + LANE + 16 * j, query = OF_KEYS ? j : i;
            bool takes_part = row < tile.tokens && visible(tile.position + row, column, tile, radius);
            p[i][j] = takes_part ? exp2f(p[i][j] - log_sum[query]) : 0;
            s[i][j] = p[i][j] * (s[i][j] - product[query]);
        }
        if (OF_KEYS) {
            UNROLL for (int i = 0; i < R; i++)
                UNROLL for (int j = 0; j < C; j++) weights[(LINE + 8 * i) * (COLUMNS + 4) + LANE + 16 * j] = p[i][j];
            __syncwarp();
            accumulate<WIDTH, COLUMNS>(gc, weights, d_tile);
            __syncwarp();
        }
        UNROLL for (int i = 0; i < R; i++)
            UNROLL for (int j = 0; j < C; j++) weights[(LINE + 8 * i) * (COLUMNS + 4) + LANE + 16 * j] = s[i][j];
        __syncwarp();
        accumulate<WIDTH, COLUMNS>(ga, weights, b_tile);
    }
    UNROLL for (int i = 0; i < R; i++) {
        int row = LINE + 8 * i;
        if (row >= tile.count) continue;
        size_t to = ((size_t)(tile.row + row) * gridDim.y + head) * size;
        store<WIDTH>(da, to, ga[i], factor, rotary + (size_t)(tile.position + row) * size, size);
        if (OF_KEYS) store<WIDTH>(dc, to, gc[i], 1, nullptr, size);
    }
}

#define BACKWARD const float *q, const float *k, const float *v, const float *gradient, const float *numbers, const float *rotary
#define SIZES const Tile *tiles, int queries, int keys, int size, int radius
#define KEY_ARGUMENTS k, q, v, gradient, numbers, rotary, dk, dv, tiles, keys, queries, size, radius, LOG_2
#define QUERY_ARGUMENTS q, k, gradient, v, numbers, rotary, dq, dq, tiles, queries, keys, size, radius, 1 / sqrtf((float)size)
