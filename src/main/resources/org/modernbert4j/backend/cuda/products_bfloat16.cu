#include "device.cuh"
// Products of bfloat16 matrices on tensor cores, c[m, n] = a b, with float32 sums and results; and the rounding to bfloat16.
//
// A block of four warps computes a square of c, each warp a quarter of it. It walks along k in steps of 32. Four steps are in shared memory
// at a time: one is multiplied while the next three arrive by asynchronous copies. Where c has too few squares to fill a device, each block
// takes a part of k (blockIdx.z), and products.cu's sum_parts adds the results.
//
// An operand is "along k" if it is stored with k as its columns: a as [m, k], b as [n, k]. Otherwise it is stored [k, m] or [k, n]. Memory
// is copied in chunks of 8 numbers, 16 bytes. So rows begin at multiples of 8 numbers, and are followed by zeros up to the next one.

const int CHUNK = 8, DEPTH = 32, STEPS = 4;

/**
 * A chunk of a row of a tile: of one step of an operand in shared memory, SQUARE x DEPTH numbers as they are stored. Chunks are permuted
 * so that the same chunk of eight successive rows lies in different banks.
 */
template <int SQUARE, bool ALONG_K> DEVICE unsigned char* at(unsigned char* tile, int row, int chunk) {
    return tile + (row * (ALONG_K ? DEPTH : SQUARE) / CHUNK + (chunk ^ (ALONG_K ? row / 2 % 4 : row % 8))) * 16;
}

/** Begins to copy from position `first` of `count` and from k0 on; what lies outside of the matrix or of the part of k is zero. */
template <int SQUARE, bool ALONG_K>
DEVICE void copy(unsigned char* tile, const bf16* x, int stride, int first, int count, int k0, int end) {
    const int ROW_CHUNKS = (ALONG_K ? DEPTH : SQUARE) / CHUNK;
#pragma unroll
    for (int i = 0; i < SQUARE * DEPTH / CHUNK / 128; i++) {
        int row = (threadIdx.x + 128 * i) / ROW_CHUNKS, chunk = (threadIdx.x + 128 * i) % ROW_CHUNKS;
        int position = first + (ALONG_K ? row : chunk * CHUNK), l = k0 + (ALONG_K ? chunk * CHUNK : row);
        bool there = position < count && l < end;
        size_t from = ALONG_K ? (size_t)position * stride + l : (size_t)l * stride + position;
        copy16(at<SQUARE, ALONG_K>(tile, row, chunk), x + (there ? from : 0), there);
    }
}

/** 16 rows of the left operand from `position`, 16 numbers along k from l: what mma_16816 takes as a. */
template <int SQUARE, bool ALONG_K> DEVICE void left_16(u32 (&r)[4], unsigned char* tile, int position, int l) {
    int lane = threadIdx.x % 32;
    if (ALONG_K) ldmatrix(r, at<SQUARE, true>(tile, position + lane % 16, l / CHUNK + lane / 16));
    else ldmatrix_transposed(r, at<SQUARE, false>(tile, l + lane % 8 + lane / 16 * 8, position / CHUNK + lane / 8 % 2));
}

/** 16 columns of the right operand: what two mma_16816 take as b, r[0] and r[1] for the first eight columns. */
template <int SQUARE, bool ALONG_K> DEVICE void right_16(u32 (&r)[4], unsigned char* tile, int position, int l) {
    int lane = threadIdx.x % 32;
    if (ALONG_K) ldmatrix(r, at<SQUARE, true>(tile, position + lane % 8 + lane / 16 * 8, l / CHUNK + lane / 8 % 2));
    else ldmatrix_transposed(r, at<SQUARE, false>(tile, l + lane % 16, position / CHUNK + lane / 16));
}

/** Two neighbours in a row of c. */
DEVICE void store(float* c, int row, int column, int m, int n, const float* bias, float first, float second) {
    if (row >= m || column >= n) return;
    bool both = column + 1 < n;
    if (bias) {
        first += bias[column];
        if (both) second += bias[column + 1];
    }
    float* to = c + (size_t)row * n + column;
    if (both && n % 2 == 0) {
        *(float2*)to = make_float2(first, second);
    } else {
        to[0] = first;
        if (both) to[1] = second;
    }
}

/**
 * strides: how far apart rows are stored. part: how much of k a block takes; a multiple of DEPTH unless it is all. bias: null if there are
 * several parts. Blocks go down eight squares of c, then to the right, so that those that run at the same time share operands.
 */
template <int SQUARE, bool A_ALONG_K, bool B_ALONG_K>
DEVICE void multiply(const bf16* a, const bf16* b, const float* bias, float* c, int m, int n, int k, int part, int a_stride, int b_stride) {
    const int QUARTER = SQUARE / 2, ROWS = QUARTER / 16, COLUMNS = QUARTER / 8, TILE_BYTES = SQUARE * DEPTH * 2;
    SHARED(unsigned char, shared); // STEPS times a tile of a and a tile of b
    int high = (m + SQUARE - 1) / SQUARE, wide = (n + SQUARE - 1) / SQUARE;
    int band = blockIdx.x / (8 * wide) * 8, in_band = blockIdx.x % (8 * wide), height = min(8, high - band);
    int first_row = (band + in_band % height) * SQUARE, first_column = in_band / height * SQUARE;
    int from = blockIdx.z * part, end = k - from < part ? k : from + part;
    int lane = threadIdx.x % 32, warp = threadIdx.x / 32, warp_row = warp / 2 * QUARTER, warp_column = warp % 2 * QUARTER;
    float sums[ROWS][COLUMNS][4];
#pragma unroll
    for (int i = 0; i < ROWS; i++)
#pragma unroll
        for (int j = 0; j < COLUMNS; j++)
#pragma unroll
            for (int e = 0; e < 4; e++) sums[i][j][e] = 0;

#pragma unroll
    for (int step = 0; step < STEPS - 1; step++) {
        unsigned char* tiles = shared + step * 2 * TILE_BYTES;
        copy<SQUARE, A_ALONG_K>(tiles, a, a_stride, first_row, m, from + step * DEPTH, end);
        copy<SQUARE, B_ALONG_K>(tiles + TILE_BYTES, b, b_stride, first_column, n, from + step * DEPTH, end);
        copies_end();
    }
    for (int k0 = from, step = 0; k0 < end; k0 += DEPTH, step++) {
        copies_wait<STEPS - 2>();
        __syncthreads(); // this step is there, and nobody reads the one before it any more
        unsigned char* next = shared + (step + STEPS - 1) % STEPS * 2 * TILE_BYTES;
        if (k0 + (STEPS - 1) * DEPTH < end) {
            copy<SQUARE, A_ALONG_K>(next, a, a_stride, first_row, m, k0 + (STEPS - 1) * DEPTH, end);
            copy<SQUARE, B_ALONG_K>(next + TILE_BYTES, b, b_stride, first_column, n, k0 + (STEPS - 1) * DEPTH, end);
        }
        copies_end();
        unsigned char* tiles = shared + step % STEPS * 2 * TILE_BYTES;
#pragma unroll
        for (int l = 0; l < DEPTH; l += 16) {
            u32 left[ROWS][4], right[COLUMNS / 2][4];
#pragma unroll
            for (int i = 0; i < ROWS; i++) left_16<SQUARE, A_ALONG_K>(left[i], tiles, warp_row + 16 * i, l);
#pragma unroll
            for (int j = 0; j < COLUMNS / 2; j++) right_16<SQUARE, B_ALONG_K>(right[j], tiles + TILE_BYTES, warp_column + 16 * j, l);
#pragma unroll
            for (int i = 0; i < ROWS; i++)
#pragma unroll
                for (int j = 0; j < COLUMNS; j++) mma_16816(sums[i][j], left[i], right[j / 2][j % 2 * 2], right[j / 2][j % 2 * 2 + 1]);
        }
    }

    c += (size_t)blockIdx.z * m * n;
#pragma unroll
    for (int i = 0; i < ROWS; i++)
#pragma unroll
        for (int j = 0; j < COLUMNS; j++) {
            int row = first_row + warp_row + 16 * i + lane / 4, column = first_column + warp_column + 8 * j + lane % 4 * 2;
            store(c, row, column, m, n, bias, sums[i][j][0], sums[i][j][1]);
            store(c, row + 8, column, m, n, bias, sums[i][j][2], sums[i][j][3]);
        }
}

/** c = a b^T: y = x W^T + b. A block for each square of 64 x 64. */
KERNEL(128) bfloat16_nt_64(const bf16* a, const bf16* b, const float* bias, float* c, int m, int n, int k, int part,
                           int a_stride, int b_stride) {
    multiply<64, true, true>(a, b, bias, c, m, n, k, part, a_stride, b_stride);
}
/** c = a b: dx = dy W */
KERNEL(128) bfloat16_nn_64(const bf16* a, const bf16* b, const float* bias, float* c, int m, int n, int k, int part,
                           int a_stride, int b_stride) {
    multiply<64, true, false>(a, b, bias, c, m, n, k, part, a_stride, b_stride);
}
/** c = a^T b: dW = dy^T x */
KERNEL(128) bfloat16_tn_64(const bf16* a, const bf16* b, const float* bias, float* c, int m, int n, int k, int part,
                           int a_stride, int b_stride) {
    multiply<64, false, false>(a, b, bias, c, m, n, k, part, a_stride, b_stride);
}

/** The same with squares of 128 x 128, which read each number half as often. */
KERNEL(128) bfloat16_nt_128(const bf16* a, const bf16* b, const float* bias, float* c, int m, int n, int k, int part,
                            int a_stride, int b_stride) {
    multiply<128, true, true>(a, b, bias, c, m, n, k, part, a_stride, b_stride);
}
KERNEL(128) bfloat16_nn_128(const bf16* a, const bf16* b, const float* bias, float* c, int m, int n, int k, int part,
                            int a_stride, int b_stride) {
    multiply<128, true, false>(a, b, bias, c, m, n, k, part, a_stride, b_stride);
}
KERNEL(128) bfloat16_tn_128(const bf16* a, const bf16* b, const float* bias, float* c, int m, int n, int k, int part,
                            int a_stride, int b_stride) {
    multiply<128, false, false>(a, b, bias, c, m, n, k, part, a_stride, b_stride);
}

/** y = the rows of x, each followed by zeros up to the stride. */
KERNEL(256) pad_rows(const bf16* x, bf16* y, u64 count, int columns, int stride) {
    EACH(i, count) {
        size_t row = i / stride, column = i % stride;
        y[i] = column < (size_t)columns ? x[row * columns + column] : 0;
    }
}

struct Rounding {
    const float* x;
    bf16* y;
    u64 count, first_block;
};
struct RoundingList {
    Rounding of[120];
    u64 count;
};

/** y = x rounded to nearest bfloat16, ties to even, for many arrays. A thread takes four numbers at a time. part: a multiple of 4. */
KERNEL(256) round_all(RoundingList list, u64 part) {
    const Rounding r = list.of[array_of_block(list)];
    size_t from = (blockIdx.x - r.first_block) * part, to = from + part < r.count ? from + part : r.count;
    for (size_t i = from + threadIdx.x * 4; i < to; i += 1024) {
        if (i + 4 <= to) {
            float4 four = load4(r.x + i);
            u32* pairs = (u32*)(r.y + i);
            pairs[0] = round_pair(four.x, four.y);
            pairs[1] = round_pair(four.z, four.w);
        } else {
            for (size_t j = i; j < to; j++) r.y[j] = nearest(r.x[j]);
        }
    }
}
