// The language of the kernels on a CPU, for tests. Each thread of a block is a fiber that runs until it meets a barrier; a collective
// instruction of a warp is an exchange between two barriers of its 32 lanes. It is made to find errors:
// - shared memory starts as NaN; an asynchronous copy arrives when its thread waits for it, and until then its target is NaN;
// - one warp runs as far as it can before another does: the first, the last, or a random one (CUDA_ON_CPU_ORDER);
// - wide loads, stores and copies from an address that the hardware would refuse end the process;
// - a barrier that some threads never reach ends the process, and says where each thread waits.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <type_traits>
#include <utility>
#include <vector>

#define DEVICE inline
#define KERNEL(threads) extern "C" void
#define SHARED(type, name) type* name = reinterpret_cast<type*>(on_cpu::block->shared)

#define UNROLL

typedef unsigned short bf16;
typedef unsigned int u32;
typedef unsigned long long u64;

namespace on_cpu {
struct Size {
    unsigned x, y, z;
};
enum State { READY, AT_BLOCK, AT_WARP, ENDED };
struct Copy {
    void* to;
    unsigned char bytes[16];
};
struct Fiber {
    Size thread;
    int lane, warp;
    State state;
    void* stack;
    void* context;                      // the saved stack pointer, or a ucontext_t
    std::vector<std::vector<Copy>> copies; // groups of asynchronous copies; the last one is open
};
/** What the lanes of a warp show each other. */
struct Warp {
    int waiting;
    u32 words[32][8];
    const void* rows[32];
};
struct Block {
    const char* kernel;
    Size index, threads, blocks;
    unsigned char* shared;
    size_t shared_bytes;
    std::vector<Fiber> fibers;
    std::vector<Warp> warps;
    int live, waiting;
};
extern Block* block;
extern Fiber* self;

[[noreturn]] void fail(const char* what);
void wait_at(State barrier);
inline Warp& warp() { return block->warps[self->warp]; }
inline void aligned(const void* p, size_t to, const char* what) {
    if (reinterpret_cast<uintptr_t>(p) % to != 0) fail(what);
}

/** Runs all blocks of a kernel, one after the other. */
void run(const char* kernel, Size blocks, Size threads, size_t shared_bytes, const std::function<void()>& thread);

/** Whether all bytes lie in one buffer of the device. */
bool lies(const void* p, size_t bytes);

/** A kernel, with the number of threads in its blocks. Parameters come as cuLaunchKernel passes them. */
struct Kernel {
    const char* name;
    unsigned threads;
    std::function<void(void**)> call;
    std::function<std::vector<const void*>(void**)> buffers; // the addresses among its parameters
};
/** Makes a kernel known to the driver. */
void enter(const Kernel& kernel);

struct Entry {
    template <typename... A> Entry(const char* name, unsigned threads, void (*kernel)(A...)) {
        enter({name, threads, [kernel](void** p) { call(kernel, p, std::index_sequence_for<A...>()); },
               [](void** p) { return addresses<A...>(p, std::index_sequence_for<A...>()); }});
    }
    template <typename... A, size_t... I> static void call(void (*kernel)(A...), void** p, std::index_sequence<I...>) {
        kernel(*static_cast<A*>(p[I])...);
    }
    template <typename... A, size_t... I> static std::vector<const void*> addresses(void** p, std::index_sequence<I...>) {
        std::vector<const void*> found;
        (add(found, *static_cast<A*>(p[I])), ...);
        return found;
    }
    template <typename T> static void add(std::vector<const void*>& found, const T& x) {
        if constexpr (std::is_pointer_v<T>) found.push_back(x);
        if constexpr (std::is_class_v<T>) {
            static_assert(sizeof(T) <= 4096 && sizeof(T) % sizeof(void*) == 0, "a parameter is at most 4 KiB, here of whole words");
            const void* words[sizeof(T) / sizeof(void*)];
            memcpy(words, &x, sizeof(T));
            for (const void* word : words)
                if (lies(word, 1)) found.push_back(word);
        }
    }
};

template <typename T> T exchange(T x, int lane) {
    static_assert(sizeof(T) <= sizeof(u32[8]), "a lane shows 32 bytes");
    memcpy(warp().words[self->lane], &x, sizeof(T));
    wait_at(AT_WARP);
    T other;
    memcpy(&other, warp().words[lane], sizeof(T));
    wait_at(AT_WARP);
    return other;
}
} // namespace on_cpu

#define threadIdx (on_cpu::self->thread)
#define blockIdx (on_cpu::block->index)
#define blockDim (on_cpu::block->threads)
#define gridDim (on_cpu::block->blocks)

struct alignas(8) float2 {
    float x, y;
    float2() = default;
    float2(float a, float b) : x(a), y(b) {}
    float2(const float2&) = default;
    float2& operator=(const float2& other) {
        on_cpu::aligned(this, 8, "store of two numbers to an address that is no multiple of 8");
        x = other.x, y = other.y;
        return *this;
    }
};
struct float4 {
    float x, y, z, w;
};
struct int4 {
    int x, y, z, w;
};
static inline float2 make_float2(float x, float y) { return {x, y}; }
static inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }

static inline void __syncthreads() { on_cpu::wait_at(on_cpu::AT_BLOCK); }
static inline void __syncwarp() { on_cpu::wait_at(on_cpu::AT_WARP); }
static inline float __uint_as_float(unsigned x) {
    float f;
    memcpy(&f, &x, 4);
    return f;
}
static inline unsigned __float_as_uint(float x) {
    unsigned u;
    memcpy(&u, &x, 4);
    return u;
}
static inline float __int_as_float(int x) { return __uint_as_float((unsigned)x); }
static inline float rsqrtf(float x) { return 1 / sqrtf(x); }
static inline int min(int a, int b) { return a < b ? a : b; }
static inline int max(int a, int b) { return a > b ? a : b; }
static inline size_t min(size_t a, size_t b) { return a < b ? a : b; }

template <typename T> DEVICE T shuffle_xor(T x, int lanes) { return on_cpu::exchange(x, on_cpu::self->lane ^ lanes); }

DEVICE float4 load4(const float* x) {
    on_cpu::aligned(x, 16, "load4 of an address that is no multiple of 16");
    return {x[0], x[1], x[2], x[3]};
}
DEVICE void store4(float* x, float4 value) {
    on_cpu::aligned(x, 16, "store4 to an address that is no multiple of 16");
    memcpy(x, &value, 16);
}

DEVICE float power_of_two(float x) { return x < -126 ? 0 : exp2f(x); }

DEVICE float to_float(bf16 x) { return __uint_as_float((u32)x << 16); }
DEVICE u32 rounded(float x) {
    u32 bits = __float_as_uint(x);
    if ((bits & 0x7fffffff) > 0x7f800000) return 0x7fff; // the NaN that cvt gives
    return (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}
DEVICE u32 round_pair(float low, float high) { return rounded(low) | rounded(high) << 16; }
DEVICE float half_of(u32 pair, int i) { return to_float((bf16)(pair >> 16 * i)); }

DEVICE void mma_16816(float (&d)[4], const u32 (&a)[4], u32 b0, u32 b1) {
    auto& warp = on_cpu::warp();
    int lane = on_cpu::self->lane;
    u32 shown[6] = {a[0], a[1], a[2], a[3], b0, b1};
    memcpy(warp.words[lane], shown, sizeof shown);
    on_cpu::wait_at(on_cpu::AT_WARP);
    for (int i = 0; i < 4; i++) {
        int row = lane / 4 + i / 2 * 8, column = lane % 4 * 2 + i % 2;
        float sum = 0;
        for (int k = 0; k < 16; k++) {
            u32 left = warp.words[row % 8 * 4 + k % 8 / 2][row / 8 + k / 8 * 2];
            u32 right = warp.words[column * 4 + k % 8 / 2][4 + k / 8];
            sum += half_of(left, k % 2) * half_of(right, k % 2);
        }
        d[i] += sum;
    }
    on_cpu::wait_at(on_cpu::AT_WARP);
}

DEVICE void matrices(u32 (&r)[4], const void* row, bool transposed) {
    on_cpu::aligned(row, 16, "ldmatrix of a row at an address that is no multiple of 16");
    auto& warp = on_cpu::warp();
    int lane = on_cpu::self->lane;
    warp.rows[lane] = row;
    on_cpu::wait_at(on_cpu::AT_WARP);
    for (int m = 0; m < 4; m++) {
        u32 pair = 0;
        for (int i = 0; i < 2; i++) {
            int r0 = transposed ? lane % 4 * 2 + i : lane / 4;
            int c0 = transposed ? lane / 4 : lane % 4 * 2 + i;
            pair |= (u32) static_cast<const bf16*>(warp.rows[8 * m + r0])[c0] << 16 * i;
        }
        r[m] = pair;
    }
    on_cpu::wait_at(on_cpu::AT_WARP);
}
DEVICE void ldmatrix(u32 (&r)[4], const void* row) { matrices(r, row, false); }
DEVICE void ldmatrix_transposed(u32 (&r)[4], const void* row) { matrices(r, row, true); }

DEVICE void copy16(void* shared, const void* global, bool there) {
    on_cpu::aligned(shared, 16, "asynchronous copy to an address that is no multiple of 16");
    on_cpu::aligned(global, 16, "asynchronous copy from an address that is no multiple of 16");
    auto* first = on_cpu::block->shared;
    if (shared < first || (unsigned char*)shared + 16 > first + on_cpu::block->shared_bytes)
        on_cpu::fail("asynchronous copy to an address outside of shared memory");
    auto& groups = on_cpu::self->copies;
    if (groups.empty()) groups.emplace_back();
    on_cpu::Copy copy{shared, {}};
    if (there) memcpy(copy.bytes, global, 16);
    groups.back().push_back(copy);
    memset(shared, 0xff, 16);
}
DEVICE void copies_end() {
    if (on_cpu::self->copies.empty()) on_cpu::self->copies.emplace_back();
    on_cpu::self->copies.emplace_back();
}
template <int N> DEVICE void copies_wait() {
    auto& groups = on_cpu::self->copies;
    while (groups.size() > N + 1) {
        for (auto& copy : groups.front()) memcpy(copy.to, copy.bytes, 16);
        groups.erase(groups.begin());
    }
}
