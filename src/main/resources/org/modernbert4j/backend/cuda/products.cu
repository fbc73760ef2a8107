#include "device.cuh"
// Products of float32 matrices, c[m, n] = a b, without tensor cores: products and sums are float32, added in the order of k.
//
// A block of 256 threads computes a square of c, each thread 4 x 4 or 8 x 8 numbers of it. It walks along k in steps. The numbers of a
// step lie in shared memory, k by k, so that a thread reads the rows and the columns it needs in fours; those of the next step are on
// their way in registers meanwhile. Where c has too few squares to fill a device, each block takes a part of k (blockIdx.z), writes its
// sums for itself, and sum_parts adds the parts in their order.
//
// An operand is "along k" if it is stored with k as its columns: a as [m, k], b as [n, k]. Otherwise it is stored [k, m] or [k, n].

/** Where in the square the i-th number that a thread reads of an operand is. Neighbours in memory belong to neighbouring threads. */
template <int SQUARE, int DEPTH, bool ALONG_K> DEVICE int across(int i) {
    return ALONG_K ? threadIdx.x / DEPTH + 256 / DEPTH * i : threadIdx.x % SQUARE;
}
/** Where along k it is, from the beginning of the step. */
template <int SQUARE, int DEPTH, bool ALONG_K> DEVICE int depth(int i) {
    return ALONG_K ? threadIdx.x % DEPTH : threadIdx.x / SQUARE + 256 / SQUARE * i;
}

/** Reads a thread's numbers of an operand for a step; those outside of the matrix or of the part of k are zero. */
template <int SQUARE, int DEPTH, bool ALONG_K>
DEVICE void read(float (&next)[SQUARE * DEPTH / 256], const float* x, int first, int count, int k0, int end, int k) {
    int position = first + across<SQUARE, DEPTH, ALONG_K>(0), l = k0 + depth<SQUARE, DEPTH, ALONG_K>(0);
    const float* from = x + (ALONG_K ? (size_t)position * k + l : (size_t)l * count + position);
    size_t stride = ALONG_K ? (size_t)(256 / DEPTH) * k : (size_t)(256 / SQUARE) * count;
#pragma unroll
    for (int i = 0; i < SQUARE * DEPTH / 256; i++) {
        bool there = first + across<SQUARE, DEPTH, ALONG_K>(i) < count && k0 + depth<SQUARE, DEPTH, ALONG_K>(i) < end;
        next[i] = there ? *from : 0;
        from += stride;
    }
}

/** Writes them into shared memory: [DEPTH][SQUARE + 4], so that neighbours along k are in different banks. */
template <int SQUARE, int DEPTH, bool ALONG_K> DEVICE void put(const float (&next)[SQUARE * DEPTH / 256], float* tile) {
#pragma unroll
    for (int i = 0; i < SQUARE * DEPTH / 256; i++)
        tile[depth<SQUARE, DEPTH, ALONG_K>(i) * (SQUARE + 4) + across<SQUARE, DEPTH, ALONG_K>(i)] = next[i];
}

/** A thread's rows or columns of one k: fours that lie 64 apart. */
template <int SIDE> DEVICE void take(float (&x)[SIDE], const float* tile, int thread) {
#pragma unroll
    for (int i = 0; i < SIDE; i += 4) {
        float4 four = load4(tile + i * 16 + thread * 4);
        x[i] = four.x, x[i + 1] = four.y, x[i + 2] = four.z, x[i + 3] = four.w;
    }
}

/** part: how much of k a block takes; a multiple of DEPTH unless it is all. bias: null if there are several parts. */
template <int SQUARE, int DEPTH, bool A_ALONG_K, bool B_ALONG_K>
DEVICE void multiply(const float* a, const float* b, const float* bias, float* c, int m, int n, int k, int part) {
    const int SIDE = SQUARE / 16, TILE = DEPTH * (SQUARE + 4);
    SHARED(float, shared); // two buffers, each with a tile of a and a tile of b
    int thread_row = threadIdx.x / 16, thread_column = threadIdx.x % 16;
    int first_row = blockIdx.y * SQUARE, first_column = blockIdx.x * SQUARE;
    int from = blockIdx.z * part, end = k - from < part ? k : from + part;
    float sums[SIDE][SIDE];
#pragma unroll
    for (int i = 0; i < SIDE; i++)
#pragma unroll
        for (int j = 0; j < SIDE; j++) sums[i][j] = 0;

    float left[SQUARE * DEPTH / 256], right[SQUARE * DEPTH / 256];
    read<SQUARE, DEPTH, A_ALONG_K>(left, a, first_row, m, from, end, k);
    read<SQUARE, DEPTH, B_ALONG_K>(right, b, first_column, n, from, end, k);
    put<SQUARE, DEPTH, A_ALONG_K>(left, shared);
    put<SQUARE, DEPTH, B_ALONG_K>(right, shared + TILE);
    __syncthreads();
    for (int k0 = from, buffer = 0; k0 < end; k0 += DEPTH, buffer ^= 1) {
        bool more = k0 + DEPTH < end;
        if (more) {
            read<SQUARE, DEPTH, A_ALONG_K>(left, a, first_row, m, k0 + DEPTH, end, k);
            read<SQUARE, DEPTH, B_ALONG_K>(right, b, first_column, n, k0 + DEPTH, end, k);
        }
        const float* tiles = shared + buffer * 2 * TILE;
#pragma unroll
        for (int l = 0; l < DEPTH; l++) {
            float rows[SIDE], columns[SIDE];
            take(rows, tiles + l * (SQUARE + 4), thread_row);
            take(columns, tiles + TILE + l * (SQUARE + 4), thread_column);
#pragma unroll
            for (int i = 0; i < SIDE; i++)
#pragma unroll
                for (int j = 0; j < SIDE; j++) sums[i][j] += rows[i] * columns[j];
        }
        if (more) { // nobody reads the other buffer: all threads have passed the barrier since
            put<SQUARE, DEPTH, A_ALONG_K>(left, shared + (buffer ^ 1) * 2 * TILE);
            put<SQUARE, DEPTH, B_ALONG_K>(right, shared + (buffer ^ 1) * 2 * TILE + TILE);
        }
        __syncthreads();
    }

    c += (size_t)blockIdx.z * m * n;
#pragma unroll
    for (int j = 0; j < SIDE; j++) {
        int column = first_column + j / 4 * 64 + thread_column * 4 + j % 4;
        if (column >= n) continue;
        float more = bias ? bias[column] : 0;
#pragma unroll
        for (int i = 0; i < SIDE; i++) {
            int row = first_row + i / 4 * 64 + thread_row * 4 + i % 4;
            if (row < m) c[(size_t)row * n + column] = sums[i][j] + more;
        }
    }
}

/** c = a b^T: y = x W^T + b. A block for each square of 64 x 64. */
KERNEL(256) product_nt_64(const float* a, const float* b, const float* bias, float* c, int m, int n, int k, int part) {
    multiply<64, 16, true, true>(a, b, bias, c, m, n, k, part);
}
/** c = a b: dx = dy W */
KERNEL(256) product_nn_64(const float* a, const float* b, const float* bias, float* c, int m, int n, int k, int part) {
    multiply<64, 16, true, false>(a, b, bias, c, m, n, k, part);
}
/** c = a^T b: dW = dy^T x */
KERNEL(256) product_tn_64(const float* a, const float* b, const float* bias, float* c, int m, int n, int k, int part) {
    multiply<64, 16, false, false>(a, b, bias, c, m, n, k, part);
}

/** The same with squares of 128 x 128, which read each number half as often. */
KERNEL(256) product_nt_128(const float* a, const float* b, const float* bias, float* c, int m, int n, int k, int part) {
    multiply<128, 8, true, true>(a, b, bias, c, m, n, k, part);
}
KERNEL(256) product_nn_128(const float* a, const float* b, const float* bias, float* c, int m, int n, int k, int part) {
    multiply<128, 8, true, false>(a, b, bias, c, m, n, k, part);
}
KERNEL(256) product_tn_128(const float* a, const float* b, const float* bias, float* c, int m, int n, int k, int part) {
    multiply<128, 8, false, false>(a, b, bias, c, m, n, k, part);
}

/** c = the sum of the results of all parts of k, in their order, plus the bias. */
KERNEL(256) sum_parts(const float* results, const float* bias, float* c, u64 count, int n, int parts) {
    EACH(i, count) {
        float sum = 0;
        for (int part = 0; part < parts; part++) sum += results[part * count + i];
        c[i] = sum + (bias ? bias[i % n] : 0);
    }
}

/** sums[chunk][column] = the sum of a chunk of rows (blockIdx.y). A block has 32 columns; each of its 8 warps adds every eighth row. */
KERNEL(256) sum_chunks(const float* x, double* sums, int rows, int columns, int chunk) {
    SHARED(double, parts); // [8][32]
    int lane = threadIdx.x % 32, warp = threadIdx.x / 32, column = blockIdx.x * 32 + lane;
    int from = blockIdx.y * chunk, end = rows - from < chunk ? rows : from + chunk;
    double sum = 0;
    if (column < columns)
        for (int row = from + warp; row < end; row += 8) sum += x[(size_t)row * columns + column];
    parts[threadIdx.x] = sum;
    __syncthreads();
    if (warp > 0 || column >= columns) return;
    for (int i = 1; i < 8; i++) sum += parts[32 * i + lane];
    sums[(size_t)blockIdx.y * columns + column] = sum;
}

/** y[column] = the sum over all chunks, in their order. */
KERNEL(256) sum_of_chunks(const double* sums, float* y, int columns, int chunks) {
    int column = blockIdx.x * 256 + threadIdx.x;
    if (column >= columns) return;
    double sum = 0;
    for (int chunk = 0; chunk < chunks; chunk++) sum += sums[(size_t)chunk * columns + column];
    y[column] = (float)sum;
}
