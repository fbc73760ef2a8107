#include "on_cpu.h"
#undef threadIdx
#undef blockIdx
#undef blockDim
#undef gridDim
#include <algorithm>
#include <random>
#include <string>
#if !defined(__x86_64__)
#include <ucontext.h>
#endif

namespace on_cpu {
Block* block;
Fiber* self;
static const std::function<void()>* body;
static const size_t STACK = 64 << 10;
static const size_t SHARED_FENCE = 256;

static void thread();

// Changing fibers. On x86-64, a dozen instructions: swapcontext asks the kernel each time, which takes twenty times as long.
#if defined(__x86_64__)
static void* scheduler;
extern "C" void on_cpu_change(void** save, void* load);
asm(R"(
.text
.globl on_cpu_change
.hidden on_cpu_change
.type on_cpu_change, @function
on_cpu_change:
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    ret
.size on_cpu_change, .-on_cpu_change
)");
static void resume(Fiber& fiber) {
    self = &fiber;
    on_cpu_change(&scheduler, fiber.context);
}
static void suspend() { on_cpu_change(&self->context, scheduler); }
static void prepare(Fiber& fiber) {
    auto top = (reinterpret_cast<uintptr_t>(fiber.stack) + STACK) & ~uintptr_t(15);
    auto** p = reinterpret_cast<void**>(top);
    *--p = nullptr; // where thread() would return to, if it did
    *--p = reinterpret_cast<void*>(&thread);
    for (int i = 0; i < 6; i++) *--p = nullptr;
    fiber.context = p;
}
static void release(Fiber& fiber) { free(fiber.stack); }
#else
static ucontext_t scheduler;
static void resume(Fiber& fiber) {
    self = &fiber;
    swapcontext(&scheduler, static_cast<ucontext_t*>(fiber.context));
}
static void suspend() { swapcontext(static_cast<ucontext_t*>(self->context), &scheduler); }
static void prepare(Fiber& fiber) {
    if (fiber.context == nullptr) fiber.context = new ucontext_t;
    auto* context = static_cast<ucontext_t*>(fiber.context);
    getcontext(context);
    context->uc_stack.ss_sp = fiber.stack;
    context->uc_stack.ss_size = STACK;
    context->uc_link = nullptr;
    makecontext(context, thread, 0);
}
static void release(Fiber& fiber) {
    delete static_cast<ucontext_t*>(fiber.context);
    free(fiber.stack);
}
#endif

static void thread() {
    (*body)();
    self->state = ENDED;
    block->live--;
    suspend();
    abort();
}

void wait_at(State barrier) {
    self->state = barrier;
    if (barrier == AT_BLOCK) block->waiting++;
    else warp().waiting++;
    suspend();
}

void fail(const char* what) {
    fprintf(stderr, "%s, block %u,%u,%u", block->kernel, block->index.x, block->index.y, block->index.z);
    if (self) fprintf(stderr, ", thread %u,%u", self->thread.x, self->thread.y);
    fprintf(stderr, ": %s\n", what);
    abort();
}

/** Says where each thread waits: B at a barrier of the block, W of its warp, x ended. */
[[noreturn]] static void stuck() {
    std::string states;
    for (const Fiber& fiber : block->fibers) states += ".BWx"[fiber.state];
    self = nullptr;
    fail(("threads wait for each other at different barriers: " + states).c_str());
}

/** The order in which warps and lanes get their turns. */
struct Order {
    bool random, backward;
    std::mt19937 generator;
    std::vector<int> warps, lanes;

    explicit Order(int warps_) : warps(warps_), lanes(32) {
        const char* name = getenv("CUDA_ON_CPU_ORDER");
        std::string order = name ? name : "first";
        random = order.rfind("random", 0) == 0;
        backward = order == "last";
        if (random) generator.seed(atoi(order.c_str() + 6));
        for (int i = 0; i < warps_; i++) warps[i] = backward ? warps_ - 1 - i : i;
        for (int i = 0; i < 32; i++) lanes[i] = backward ? 31 - i : i;
    }
    void next() {
        if (random) {
            std::shuffle(warps.begin(), warps.end(), generator);
            std::shuffle(lanes.begin(), lanes.end(), generator);
        }
    }
};

/** Lets one warp run to its next barrier. Returns false if no thread can run. */
static bool turn(Order& order) {
    order.next();
    for (int w : order.warps) {
        bool ran = false;
        for (int lane : order.lanes) {
            Fiber& fiber = block->fibers[w * 32 + lane];
            if (fiber.state == READY) {
                resume(fiber);
                ran = true;
            }
        }
        Warp& warp = block->warps[w];
        if (warp.waiting == 32) {
            warp.waiting = 0;
            for (int lane = 0; lane < 32; lane++) block->fibers[w * 32 + lane].state = READY;
        }
        if (ran) return true;
    }
    return false;
}

static void runBlock(Order& order) {
    int count = (int)block->fibers.size();
    memset(block->shared, 0xff, block->shared_bytes + SHARED_FENCE);
    block->live = count;
    block->waiting = 0;
    for (Warp& warp : block->warps) warp.waiting = 0;
    for (Fiber& fiber : block->fibers) {
        fiber.state = READY;
        fiber.copies.clear();
        prepare(fiber);
    }
    while (block->live > 0) {
        bool ran = turn(order);
        if (block->waiting == count) {
            block->waiting = 0;
            for (Fiber& fiber : block->fibers) fiber.state = READY;
        } else if (!ran && block->live > 0) {
            stuck();
        }
    }
    self = nullptr;
    for (size_t i = 0; i < SHARED_FENCE; i++)
        if (block->shared[block->shared_bytes + i] != 0xff) fail("writes behind its shared memory");
}

void run(const char* kernel, Size blocks, Size threads, size_t shared_bytes, const std::function<void()>& each) {
    int count = (int)(threads.x * threads.y * threads.z);
    Block running;
    std::vector<unsigned char> room(shared_bytes + SHARED_FENCE + 128);
    running.kernel = kernel;
    running.threads = threads;
    running.blocks = blocks;
    running.shared = reinterpret_cast<unsigned char*>((reinterpret_cast<uintptr_t>(room.data()) + 127) & ~uintptr_t(127));
    running.shared_bytes = shared_bytes;
    running.fibers.resize(count);
    running.warps.resize(count / 32);
    for (int i = 0; i < count; i++) {
        unsigned u = (unsigned)i;
        Fiber& fiber = running.fibers[i];
        fiber.thread = {u % threads.x, u / threads.x % threads.y, u / (threads.x * threads.y)};
        fiber.lane = i % 32;
        fiber.warp = i / 32;
        fiber.stack = malloc(STACK);
        fiber.context = nullptr;
    }
    block = &running;
    self = nullptr;
    body = &each;
    Order order(count / 32);
    for (unsigned z = 0; z < blocks.z; z++)
        for (unsigned y = 0; y < blocks.y; y++)
            for (unsigned x = 0; x < blocks.x; x++) {
                running.index = {x, y, z};
                runBlock(order);
            }
    for (Fiber& fiber : running.fibers) release(fiber);
}
} // namespace on_cpu
