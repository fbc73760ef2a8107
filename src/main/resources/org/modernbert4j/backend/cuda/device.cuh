// What the kernels use of the hardware, in one place. No header of NVIDIA's is needed.
// With ON_CPU defined, a host compiler reads the same names from the tests' on_cpu.h, which gives each the meaning that the PTX manual
// states. Matrices are dense and row-major.
#pragma once

typedef unsigned short bf16; // the bits of a bfloat16 number
typedef unsigned int u32;
typedef unsigned long long u64;

#ifndef ON_CPU
#define DEVICE __device__ __forceinline__
// A kernel, and the number of threads in its blocks.
#define KERNEL(threads) extern "C" __global__ void __launch_bounds__(threads)
// The block's shared memory, of the size that the launch gives.
#define SHARED(type, name) extern __shared__ __align__(128) unsigned char shared_bytes[]; type* name = (type*)shared_bytes
#define INFINITY __int_as_float(0x7f800000)
// Before a loop over elements of an array that must stay in registers.
#define UNROLL _Pragma("unroll")

template <typename T> DEVICE T shuffle_xor(T x, int lanes) { return __shfl_xor_sync(0xffffffffu, x, lanes); }

/** Four numbers at an address that is a multiple of 16. */
DEVICE float4 load4(const float* x) { return *(const float4*)x; }
DEVICE void store4(float* x, float4 value) { *(float4*)x = value; }

/** 2 to the power of x, off by up to 2 ^ -22 of the result; 0 where that would be below 2 ^ -126. */
DEVICE float power_of_two(float x) {
    float r;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(r) : "f"(x));
    return r;
}

DEVICE float to_float(bf16 x) { return __uint_as_float((u32)x << 16); }

/** Two numbers rounded to nearest bfloat16, ties to even; the first in the low half. */
DEVICE u32 round_pair(float low, float high) {
    u32 r;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(r) : "f"(high), "f"(low));
    return r;
}

DEVICE u32 shared_address(const void* p) { return (u32)__cvta_generic_to_shared(p); }

/** d += a b of 16 x 16 and 16 x 8 numbers in bfloat16 with float32 sums: mma.m16n8k16 of the PTX manual, row by column. */
DEVICE void mma_16816(float (&d)[4], const u32 (&a)[4], u32 b0, u32 b1) {
    asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

/** Four matrices of 8 x 8 from shared memory: lanes 8 i to 8 i + 7 give the addresses of the rows of matrix i. */
DEVICE void ldmatrix(u32 (&r)[4], const void* row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                 : "r"(shared_address(row))
                 : "memory");
}
DEVICE void ldmatrix_transposed(u32 (&r)[4], const void* row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                 : "r"(shared_address(row))
                 : "memory");
}

/** Begins to copy 16 bytes into shared memory, or to clear them if there is nothing to copy. Both addresses are multiples of 16. */
DEVICE void copy16(void* shared, const void* global, bool there) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared_address(shared)), "l"(global), "r"(there ? 16 : 0)
                 : "memory");
}
/** Ends a group of copies of this thread. */
DEVICE void copies_end() { asm volatile("cp.async.commit_group;" ::: "memory"); }
/** Waits until at most N groups of this thread are under way. Other threads see the bytes after a barrier. */
template <int N> DEVICE void copies_wait() { asm volatile("cp.async.wait_group %0;" ::"n"(N) : "memory"); }
#endif

// A loop of the threads of all blocks, of 256 threads each, over the numbers 0 to count - 1.
#define EACH(i, count) for (size_t i = (size_t)blockIdx.x * 256 + threadIdx.x; i < (size_t)(count); i += (size_t)gridDim.x * 256)

DEVICE float sigmoid(float x) { return 1 / (1 + expf(-x)); }

/** A number rounded to nearest bfloat16, ties to even, on any device. */
DEVICE bf16 nearest(float x) {
    u32 bits = __float_as_uint(x);
    if ((bits & 0x7fffffff) > 0x7f800000) return 0x7fff; // the NaN that cvt gives
    return (bf16)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/** Where results go: as they are, rounded to bfloat16, or both. Null where they are not wanted. */
struct Result {
    float* exact;
    bf16* rounded;

    DEVICE void put(size_t i, float x) const {
        if (exact) exact[i] = x;
        if (rounded) rounded[i] = nearest(x);
    }
};

/** The sum over the lanes of a warp, in each lane. Its order is fixed. */
template <typename T> DEVICE T warp_sum(T x) {
    for (int lanes = 16; lanes > 0; lanes /= 2) x += shuffle_xor(x, lanes);
    return x;
}

DEVICE float warp_max(float x) {
    for (int lanes = 16; lanes > 0; lanes /= 2) x = fmaxf(x, shuffle_xor(x, lanes));
    return x;
}

/** The sum over the threads of a block, in each thread. All threads call it. parts: shared memory for a number of each warp. */
template <typename T> DEVICE T block_sum(T x, T* parts) {
    x = warp_sum(x);
    __syncthreads();
    if (threadIdx.x % 32 == 0) parts[threadIdx.x / 32] = x;
    __syncthreads();
    T sum = 0;
    for (u32 warp = 0; warp < blockDim.x / 32; warp++) sum += parts[warp];
    return sum;
}

// A launch may take many arrays: a list of them is one parameter of the kernel, of at most 4 KiB. A block works on a part of one array.

/** The array that a block works on: the last one whose blocks have begun. */
template <typename List> DEVICE int array_of_block(const List& list) {
    int i = list.count - 1;
    while (list.of[i].first_block > blockIdx.x) i--;
    return i;
}
